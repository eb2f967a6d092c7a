package dev.switchboard.signaling.calls;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RawSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A phone on a plain WebSocket. It answers nothing, no ping either, as one that is suspended. */
final class RawPhone extends RawSocket {
  private final String userId;

  /** Its token is in the query, where clients that can't send a CONNECT payload put it. */
  RawPhone(CallNodes nodes, int node, String userId) {
    super(nodes.vertx);
    this.userId = userId;
    Await.await(connect(toEngineIo(nodes.url(node), "&token=" + nodes.token(userId))));
    next("0{");
    send("40");
    next("40{");
  }

  void tell(String event, JsonObject payload) {
    send("42" + new JsonArray().add(event).add(payload).encode());
  }

  /** Sends its registration, and waits for nothing. */
  void tellRegister(String deviceId) {
    tell("register", new JsonObject().put("userId", userId).put("deviceId", deviceId));
  }

  RawPhone registered(String deviceId) {
    tellRegister(deviceId);
    next("42[\"registered\"");
    return this;
  }
}
