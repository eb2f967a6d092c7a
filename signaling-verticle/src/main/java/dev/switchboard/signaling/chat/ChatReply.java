package dev.switchboard.signaling.chat;

import dev.switchboard.signaling.edge.ClientEvents;
import dev.switchboard.signaling.edge.ErrorCode;
import dev.switchboard.signaling.socketio.Event;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * The answer to an event. Who is out of the session gets {@code session-error}, at which apps leave
 * the chat; any other refusal goes through the acknowledgement or, where none was asked for, {@code
 * chat-error}.
 *
 * @param arrivedNanos when the event arrived, of {@link System#nanoTime}
 * @param isOut whether a refusal of the event means that the socket is not in its session
 */
record ChatReply(
    SocketIoSocket socket,
    Event received,
    long arrivedNanos,
    BiPredicate<Event, ErrorCode> isOut,
    ChatMetrics metrics)
    implements ClientEvents.Reply {
  /** What nobody misses for the seconds that a store is unavailable. */
  private static final Set<String> SILENT =
      Set.of("typing", "stopped-typing", "file-downloaded", "get-public-keys");

  /** The same of an event that is handled as if it had arrived later. */
  ChatReply arrivedAt(long nanos) {
    return new ChatReply(socket, received, nanos, isOut, metrics);
  }

  @Override
  public String clientId() {
    return socket.id();
  }

  @Override
  public String event() {
    return received.name();
  }

  void succeed() {
    succeed(new JsonObject());
  }

  void succeed(JsonObject more) {
    received.ack(new JsonObject().put("success", true).mergeIn(more));
  }

  void refuse(ErrorCode error) {
    refuse(error, error.message());
  }

  @Override
  public void refuse(ErrorCode error, String message) {
    metrics.refused(error);
    JsonObject body = ChatFrames.errorBody(error, message).put("event", event());
    if (isOut.test(received, error)) {
      socket.emit("session-error", body);
    } else if (!received.wantsAck() && !isSilent(error)) {
      socket.emit("chat-error", body);
    }
    if (received.wantsAck()) {
      received.ack(
          new JsonObject()
              .put("success", false)
              .put("error", new JsonObject().put("code", error.code()).put("message", message)));
    }
  }

  private boolean isSilent(ErrorCode error) {
    return error == ChatError.STORE_UNAVAILABLE && SILENT.contains(event());
  }

  @Override
  public void storeUnavailable() {
    refuse(ChatError.STORE_UNAVAILABLE);
  }

  @Override
  public void failed() {
    refuse(ChatError.STORE_UNAVAILABLE, "Internal error. Please try again.");
  }
}
