/** The sockets of one event loop, and the way to those of another loop or node. */
@NullMarked
package dev.switchboard.signaling.edge;

import org.jspecify.annotations.NullMarked;
