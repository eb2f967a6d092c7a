/** The addresses of the event bus and what travels there. */
@NullMarked
package dev.switchboard.shared.bus;

import org.jspecify.annotations.NullMarked;
