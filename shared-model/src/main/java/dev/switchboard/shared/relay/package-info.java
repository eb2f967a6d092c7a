/**
 * What the ICE role and signaling both know of relays: how many bytes were relayed for a call, and
 * which STUN servers there are without a list.
 */
@NullMarked
package dev.switchboard.shared.relay;

import org.jspecify.annotations.NullMarked;
