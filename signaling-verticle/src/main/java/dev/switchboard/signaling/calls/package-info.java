/**
 * One-to-one calls: the pure machine ({@link dev.switchboard.signaling.calls.CallMachine}), the
 * store that saves by compare-and-set, the service between them, and the adapters for sockets and
 * HTTP.
 */
@NullMarked
package dev.switchboard.signaling.calls;

import org.jspecify.annotations.NullMarked;
