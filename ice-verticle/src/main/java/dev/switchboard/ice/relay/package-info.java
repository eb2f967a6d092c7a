/**
 * Whether relays live.
 *
 * <ol>
 *   <li>Again and again: {@link dev.switchboard.ice.relay.RelayProbes}
 *   <li>One probe, a STUN binding request: {@link dev.switchboard.ice.relay.StunProber}, {@link
 *       dev.switchboard.ice.relay.StunBinding}, {@link dev.switchboard.ice.relay.Relay}
 *   <li>Which of them are on the list: {@link dev.switchboard.ice.relay.RelayHealth}
 * </ol>
 */
@NullMarked
package dev.switchboard.ice.relay;

import org.jspecify.annotations.NullMarked;
