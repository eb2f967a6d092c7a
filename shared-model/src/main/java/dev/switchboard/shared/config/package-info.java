/** Settings: where they come from, how they are read, how a bad one is refused. */
@NullMarked
package dev.switchboard.shared.config;

import org.jspecify.annotations.NullMarked;
