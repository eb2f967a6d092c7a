package dev.switchboard.signaling.chat;

import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.signaling.socketio.Event;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer to an event. Who is out of the session hears {@code session-error}, at which apps
 * leave the chat; any other refusal goes through the acknowledgement or, where none was asked for,
 * {@code chat-error}.
 *
 * @param arrivedNanos when the event came, as {@link System#nanoTime} tells it
 * @param isOut whether a refusal of the event means that the socket is not in its session
 */
record ChatReply(
    SocketIoSocket socket,
    Event event,
    long arrivedNanos,
    BiPredicate<Event, ChatError> isOut,
    ChatMetrics metrics) {
  private static final Logger log = LoggerFactory.getLogger(ChatReply.class);

  /** What nobody misses for the seconds that a store is away. */
  private static final Set<String> SILENT =
      Set.of("typing", "stopped-typing", "file-downloaded", "get-public-keys");

  /** The same of an event that is handled as if it came later. */
  ChatReply arrivedAt(long nanos) {
    return new ChatReply(socket, event, nanos, isOut, metrics);
  }

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
    if (isOut.test(event, error)) {
      socket.emit("session-error", body);
    } else if (!event.wantsAck() && !isSilent(error)) {
      socket.emit("chat-error", body);
    }
    if (event.wantsAck()) {
      event.ack(
          new JsonObject()
              .put("success", false)
              .put("error", new JsonObject().put("code", error.name()).put("message", message)));
    }
  }

  private boolean isSilent(ChatError error) {
    return error == ChatError.STORE_UNAVAILABLE && SILENT.contains(event.name());
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
