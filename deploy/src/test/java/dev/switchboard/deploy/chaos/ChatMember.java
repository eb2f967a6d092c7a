package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.chaos.Event.Kind;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Somebody's seat in a chat. It joins again where it is put out, and sends a message again, under
 * the same name, until it is acknowledged.
 */
final class ChatMember {
  private static final long AGAIN_MILLIS = 500;

  private final String name;
  private final String session;
  private final boolean creates;
  private final Phone phone;
  private final History history;
  private int written;
  private volatile boolean in;
  private volatile boolean up;

  ChatMember(String name, String session, boolean creates, Phone phone, History history) {
    this.name = name;
    this.session = session;
    this.creates = creates;
    this.phone = phone;
    this.history = history;
  }

  boolean isIn() {
    return in;
  }

  String session() {
    return session;
  }

  /** What opens a session for a user. */
  static JsonObject join(String session, String user, boolean creates) {
    return new JsonObject()
        .put("sessionId", session)
        .put("userId", user)
        .put("displayName", user)
        .put("publicKey", "key of " + user)
        .put("isCreator", creates)
        .put("chatMode", "group")
        .put("authKey", "a key");
  }

  /** The names of the messages in what a joiner is shown. */
  static String names(JsonObject shown) {
    return shown.getJsonArray("list").stream()
        .map(message -> ((JsonObject) message).getString("id"))
        .collect(Collectors.joining(","));
  }

  /** The phone is connected. */
  void join() {
    up = true;
    phone.send("join-session", join(session, name, creates));
  }

  /** The phone is not connected any more. */
  void down() {
    up = false;
    in = false;
  }

  void heard(String event, JsonObject payload) {
    switch (event) {
      case "session-metadata" -> in = true;
      case "messages-history" -> history.add(name, Kind.SHOWN, session, names(payload));
      case "new-message" -> history.add(name, Kind.READ, payload.getString("id"), session);
      case "session-error" -> {
        in = false;
        history.add(name, Kind.PUT_OUT, session, payload.getString("error"));
        CompletableFuture.delayedExecutor(AGAIN_MILLIS, TimeUnit.MILLISECONDS)
            .execute(
                () -> {
                  if (up) {
                    join();
                  }
                });
      }
      default -> {}
    }
  }

  /** Writes one message; returns when it is acknowledged, or when the history is too old. */
  void write(LongSupplier untilMillis) {
    String message = name + "." + ++written;
    JsonObject payload =
        new JsonObject()
            .put("sessionId", session)
            .put("from", name)
            .put("encrypted", message)
            .put("clientMessageId", message);
    while (history.nowMillis() < untilMillis.getAsLong()) {
      JsonObject answer = in ? phone.ask("send-message", payload, it -> {}) : null;
      if (answer != null && answer.getBoolean("success", false)) {
        history.add(name, Kind.WROTE, message, session);
        return;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(AGAIN_MILLIS));
    }
  }
}
