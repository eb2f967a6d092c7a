/** What log lines have in common. */
@NullMarked
package dev.switchboard.shared.log;

import org.jspecify.annotations.NullMarked;
