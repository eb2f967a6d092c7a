/** The push role: what wires tokens, queue and senders to a process. */
@NullMarked
package dev.switchboard.push;

import org.jspecify.annotations.NullMarked;
