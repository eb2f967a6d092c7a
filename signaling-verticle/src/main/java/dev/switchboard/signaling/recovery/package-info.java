/**
 * What is kept of sockets so that their clients can take them up again on any edge, whatever became
 * of the one they were on.
 */
@NullMarked
package dev.switchboard.signaling.recovery;

import org.jspecify.annotations.NullMarked;
