package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What the clients of these tests send, and read out of what they hear. */
final class Payloads {
  private Payloads() {}

  static JsonObject call(String callee) {
    return new JsonObject().put("calleeId", callee).put("callType", "video");
  }

  static JsonObject of(String callId) {
    return new JsonObject().put("callId", callId);
  }

  /** Starts a call, which must succeed; answers its id. */
  static String initiate(Phone caller, String callee) {
    JsonObject answer = caller.ask("call_initiate", call(callee));
    assertThat(answer.getBoolean("success")).as("%s", answer).isTrue();
    return answer.getString("callId");
  }

  /** Starts a call and accepts it; answers its id. */
  static String accepted(Phone caller, Phone callee, String calleeId) {
    String callId = initiate(caller, calleeId);
    assertAck(callee.ask("call_accept", of(callId))).isSuccess();
    caller.hear("call_accept");
    return callId;
  }

  static JsonObject candidate(String callId, String to, int number) {
    return of(callId)
        .put("to", to)
        .put(
            "candidate",
            new JsonObject()
                .put("candidate", "candidate:" + number)
                .put("sdpMid", "0")
                .putNull("usernameFragment"));
  }

  /** The candidates that a client has heard, in order. */
  static List<String> candidates(Phone phone) {
    return phone.all("ice_candidate").stream()
        .map(event -> event.getJsonObject("candidate").getString("candidate"))
        .toList();
  }

  /** The candidates with these numbers. */
  static List<String> numbered(int from, int to) {
    List<String> names = new ArrayList<>();
    for (int i = from; i < to; i++) {
      names.add("candidate:" + i);
    }
    return names;
  }
}
