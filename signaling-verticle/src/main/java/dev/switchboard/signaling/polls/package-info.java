/** Polls that reach another node than their session's: carried there and back over the bus. */
@NullMarked
package dev.switchboard.signaling.polls;

import org.jspecify.annotations.NullMarked;
