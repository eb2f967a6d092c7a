package dev.switchboard.signaling.calls;

import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.signaling.calls.Fields.BadFieldException;
import dev.switchboard.signaling.socketio.Event;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.json.JsonObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one answer to an event: through the acknowledgement, or, where none was asked for, an {@code
 * error} event for a failure and nothing for a success.
 */
record Answer(SocketIoSocket socket, Event event) {
  private static final Logger log = LoggerFactory.getLogger(Answer.class);

  /** When to try again where a queue is full, which no clock empties. */
  private static final long FULL_RETRY_MILLIS = 1_000;

  static JsonObject success() {
    return new JsonObject().put("success", true);
  }

  void succeed(JsonObject answer) {
    if (event.wantsAck()) {
      event.ack(answer);
    }
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

  void refuse(CallError error, String message, JsonObject more) {
    if (event.wantsAck()) {
      JsonObject body = new JsonObject().put("code", error.code()).put("message", message);
      event.ack(new JsonObject().put("success", false).put("error", body.mergeIn(more)));
    } else {
      socket.emit(
          "error",
          new JsonObject()
              .put("event", event.name())
              .put("code", error.code())
              .put("message", message)
              .mergeIn(more));
    }
  }

  /** Answers what went wrong: a bad field, a store that is away, or a bug, which is logged. */
  void fail(Throwable failure) {
    switch (failure) {
      case BadFieldException bad ->
          refuse(bad.error(), String.valueOf(bad.getMessage()), new JsonObject());
      case StoreUnavailableException away -> refuse(CallError.STORE_AWAY);
      default -> {
        log.atError()
            .addKeyValue(LogKeys.SESSION, socket.id())
            .setCause(failure)
            .log("{} failed", event.name());
        refuse(CallError.STORE_AWAY, "Internal error; try again", new JsonObject());
      }
    }
  }
}
