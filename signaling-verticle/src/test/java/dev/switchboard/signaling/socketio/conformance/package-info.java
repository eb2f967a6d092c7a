/**
 * The library alone, as an echo server for the protocol test suites: the example of how to use it.
 */
@NullMarked
package dev.switchboard.signaling.socketio.conformance;

import org.jspecify.annotations.NullMarked;
