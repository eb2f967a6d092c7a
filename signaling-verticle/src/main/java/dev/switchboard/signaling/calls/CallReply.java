package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.edge.ClientEvents;
import dev.switchboard.signaling.edge.ErrorCode;
import dev.switchboard.signaling.socketio.Event;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.json.JsonObject;

/**
 * The one answer to an event: through the acknowledgement, or, where none was asked for, an {@code
 * error} event for a failure and nothing for a success.
 */
record CallReply(SocketIoSocket socket, Event received) implements ClientEvents.Reply {
  /** When to try again where a queue is full, which no clock empties. */
  private static final long FULL_RETRY_MILLIS = 1_000;

  static JsonObject success() {
    return new JsonObject().put("success", true);
  }

  @Override
  public String clientId() {
    return socket.id();
  }

  @Override
  public String event() {
    return received.name();
  }

  /** True if a success is answered, too. */
  boolean isWanted() {
    return received.wantsAck();
  }

  void succeed(JsonObject answer) {
    received.ack(answer);
  }

  void refuse(CallError error) {
    long retryAfter = error == CallError.TOO_MANY ? FULL_RETRY_MILLIS : 0;
    refuse(new Outcome.Refused(error, null, retryAfter));
  }

  void refuse(Outcome.Refused refused) {
    JsonObject more = new JsonObject();
    if (refused.callId() != null) {
      more.put("callId", refused.callId());
    }
    if (refused.retryAfterMillis() > 0) {
      more.put("retryAfterMs", refused.retryAfterMillis());
    }
    refuse(refused.error(), refused.error().message(), more);
  }

  @Override
  public void refuse(ErrorCode error, String message) {
    refuse(error, message, new JsonObject());
  }

  private void refuse(ErrorCode error, String message, JsonObject more) {
    JsonObject body = new JsonObject().put("code", error.code()).put("message", message);
    if (received.wantsAck()) {
      received.ack(new JsonObject().put("success", false).put("error", body.mergeIn(more)));
    } else {
      socket.emit("error", new JsonObject().put("event", event()).mergeIn(body).mergeIn(more));
    }
  }

  @Override
  public void storeUnavailable() {
    refuse(CallError.STORE_AWAY);
  }

  @Override
  public void failed() {
    refuse(CallError.STORE_AWAY, "Internal error; try again");
  }
}
