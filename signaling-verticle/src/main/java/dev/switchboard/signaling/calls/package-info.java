/**
 * One-to-one calls: the pure machine, the store that saves by compare-and-set, the service between
 * them, and the adapters for sockets and HTTP.
 *
 * <p>To be read in this order:
 *
 * <ol>
 *   <li>What a call is and what may happen to it: {@link dev.switchboard.signaling.calls.Call},
 *       {@link dev.switchboard.signaling.calls.CallCommand}, {@link
 *       dev.switchboard.signaling.calls.CallMachine}, {@link
 *       dev.switchboard.signaling.calls.Decision}, {@link dev.switchboard.signaling.calls.Effect}
 *   <li>How a step is saved: {@link dev.switchboard.signaling.calls.CallPlan}, {@link
 *       dev.switchboard.signaling.calls.CallStore} with {@code call_save.lua}, {@link
 *       dev.switchboard.signaling.calls.CallSaves} for answers that are lost
 *   <li>What puts them together: {@link dev.switchboard.signaling.calls.CallService}, {@link
 *       dev.switchboard.signaling.calls.Initiation} for the first step, {@link
 *       dev.switchboard.signaling.calls.CallNews} for what devices are told
 *   <li>What a socket does: {@link dev.switchboard.signaling.calls.CallSocket}, {@link
 *       dev.switchboard.signaling.calls.CallEvents}, and {@link
 *       dev.switchboard.signaling.calls.RelayLane} with {@link
 *       dev.switchboard.signaling.calls.CallLink} for signaling
 *   <li>How devices come and go: {@link dev.switchboard.signaling.calls.RegistrationEvents}, {@link
 *       dev.switchboard.signaling.calls.Resumption}, {@link
 *       dev.switchboard.signaling.calls.EarlyEvents}, {@link
 *       dev.switchboard.signaling.calls.CallSockets} for their end
 *   <li>What is done by the clock: {@link dev.switchboard.signaling.calls.Housekeeping}, {@link
 *       dev.switchboard.signaling.calls.CallDeadline}, {@link
 *       dev.switchboard.signaling.calls.CallRecords} for the history
 * </ol>
 *
 * {@link dev.switchboard.signaling.calls.EdgeCalls} wires it all for one edge.
 */
@NullMarked
package dev.switchboard.signaling.calls;

import org.jspecify.annotations.NullMarked;
