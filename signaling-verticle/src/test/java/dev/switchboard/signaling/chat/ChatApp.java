package dev.switchboard.signaling.chat;

import dev.switchboard.shared.testing.SocketIoApp;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Locale;

/** A chat app. */
final class ChatApp extends SocketIoApp {
  private static final long SECONDS = 60;

  ChatApp(String url, String token, String... transports) {
    super(url, URI.create(url), once(token, transports), SECONDS);
  }

  ChatApp connect() {
    open();
    hear("(connect)");
    return this;
  }

  static JsonObject join(String sessionId, String userId, String key) {
    return new JsonObject()
        .put("sessionId", sessionId)
        .put("userId", userId)
        .put("displayName", userId.toUpperCase(Locale.ROOT))
        .put("publicKey", "key of " + userId)
        .put("isCreator", false)
        .put("authKey", key);
  }

  /** Creates a session of a mode and waits until it is in. */
  ChatApp create(String sessionId, String userId, String mode) {
    tell("join-session", join(sessionId, userId, "K").put("isCreator", true).put("chatMode", mode));
    hear("public-keys-updated");
    return this;
  }

  /** Joins and waits until it is in. */
  ChatApp enter(String sessionId, String userId) {
    tell("join-session", join(sessionId, userId, "K"));
    hear("session-metadata");
    hear("public-keys-updated");
    return this;
  }

  /** The code of the next {@code session-error}. */
  String error() {
    return hear("session-error").getString("error");
  }

  /** The code of the next {@code chat-error}. */
  String chatError() {
    return hear("chat-error").getString("error");
  }
}
