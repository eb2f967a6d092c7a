/** The signaling role: Socket.IO, sessions and calls, wired together. */
@NullMarked
package dev.switchboard.signaling;

import org.jspecify.annotations.NullMarked;
