/**
 * One-to-one calls: the pure machine, the store that saves by compare-and-set, the service between
 * them, and the adapters for sockets.
 *
 * <p>To be read in this order:
 *
 * <ol>
 *   <li>What a call is and what may happen to it: {@link dev.switchboard.signaling.calls.Call},
 *       {@link dev.switchboard.signaling.calls.CallCommand}, {@link
 *       dev.switchboard.signaling.calls.CallMachine}, {@link
 *       dev.switchboard.signaling.calls.Decision} with its effects
 *   <li>How a step is saved: {@link dev.switchboard.signaling.calls.CallTransaction}, {@link
 *       dev.switchboard.signaling.calls.CallStore} with {@code call_save.lua}, {@link
 *       dev.switchboard.signaling.calls.CallSteps} for what follows
 *   <li>What puts them together: {@link dev.switchboard.signaling.calls.NewCalls}, then {@link
 *       dev.switchboard.signaling.calls.CallService}; {@link
 *       dev.switchboard.signaling.calls.CallNews} for what devices are notified of, {@link
 *       dev.switchboard.signaling.calls.CallFrames} for the words
 *   <li>What a socket does: {@link dev.switchboard.signaling.calls.CallSocket}, {@link
 *       dev.switchboard.signaling.calls.CallEvents}, and {@link
 *       dev.switchboard.signaling.calls.SignalingRelay} with {@link
 *       dev.switchboard.signaling.calls.CallLink} for signaling
 *   <li>How devices come and go: {@link dev.switchboard.signaling.calls.RegistrationEvents}, {@link
 *       dev.switchboard.signaling.calls.Resumption}, {@link
 *       dev.switchboard.signaling.calls.Unregistration}, {@link
 *       dev.switchboard.signaling.calls.CallDevices}
 * </ol>
 *
 * {@link dev.switchboard.signaling.calls.EdgeCalls} wires it all for one edge, and does what is
 * done by the clock.
 */
@NullMarked
package dev.switchboard.signaling.calls;

import org.jspecify.annotations.NullMarked;
