package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.edge.Payload;

/**
 * An {@code sdp_offer}, {@code sdp_answer} or {@code ice_candidate} as it arrived: who it is for,
 * and the text of what it carries, cut out without being parsed into a tree and printed again.
 *
 * @param bodyName {@code sdp} or {@code candidate}
 * @param body the JSON text of that field
 */
record RelayPayload(String callId, String to, String bodyName, String body) {
  /**
   * Reads what has arrived. A candidate that is null is one: it means that there are no more
   * (WebRTC, section 4.8.2).
   */
  static RelayPayload read(Payload payload, String bodyName) {
    return new RelayPayload(
        payload.id("callId"),
        payload.id("to"),
        bodyName,
        bodyName.equals("candidate")
            ? payload.rawOrNull(bodyName)
            : payload.raw(bodyName, Integer.MAX_VALUE));
  }
}
