/**
 * What calls, chat and rooms stand on: the endpoints of one event loop, and the way to those of
 * another loop or node.
 *
 * <p>To be read in this order:
 *
 * <ol>
 *   <li>What clients send: {@link dev.switchboard.signaling.edge.ClientEvents}, {@link
 *       dev.switchboard.signaling.edge.Steps}, {@link dev.switchboard.signaling.edge.EarlyEvents},
 *       {@link dev.switchboard.signaling.edge.Payload}
 *   <li>What edges send each other: {@link dev.switchboard.signaling.edge.EdgeMessage}, {@link
 *       dev.switchboard.signaling.edge.EdgeSockets}, {@link
 *       dev.switchboard.signaling.edge.EdgeRouter}, {@link
 *       dev.switchboard.signaling.edge.Deliveries}
 *   <li>How an edge lives and dies: {@link dev.switchboard.signaling.edge.EdgeLease}, {@link
 *       dev.switchboard.signaling.edge.EdgeHeartbeat}, {@link
 *       dev.switchboard.signaling.edge.Departures}
 * </ol>
 */
@NullMarked
package dev.switchboard.signaling.edge;

import org.jspecify.annotations.NullMarked;
