package dev.switchboard.signaling.chat;

import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.signaling.socketio.Event;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.json.JsonObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer to an event: a failure is always a {@code session-error}; where an acknowledgement was
 * asked for it tells the same, and of success.
 */
record ChatReply(SocketIoSocket socket, Event event, ChatMetrics metrics) {
  private static final Logger log = LoggerFactory.getLogger(ChatReply.class);

  void succeed() {
    succeed(new JsonObject());
  }

  void succeed(JsonObject more) {
    event.ack(new JsonObject().put("success", true).mergeIn(more));
  }

  void refuse(ChatError error) {
    refuse(error, error.message());
  }

  void refuse(ChatError error, String message) {
    metrics.refused(error);
    JsonObject body = ChatFrames.errorBody(error, message).put("event", event.name());
    socket.emit("session-error", body);
    if (event.wantsAck()) {
      event.ack(
          new JsonObject()
              .put("success", false)
              .put("error", new JsonObject().put("code", error.name()).put("message", message)));
    }
  }

  /** Answers what went wrong: a refusal, a store that is away, or a bug, which is logged. */
  void fail(Throwable failure) {
    switch (failure) {
      case ChatRefusedException refused ->
          refuse(refused.error(), String.valueOf(refused.getMessage()));
      case StoreUnavailableException away -> refuse(ChatError.STORE_UNAVAILABLE);
      default -> {
        log.atError()
            .addKeyValue(LogKeys.SESSION, socket.id())
            .setCause(failure)
            .log("{} failed", event.name());
        refuse(ChatError.STORE_UNAVAILABLE, "Internal error. Please try again.");
      }
    }
  }
}
