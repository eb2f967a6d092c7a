package dev.switchboard.signaling.calls;

import dev.switchboard.shared.testing.SocketIoApp;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;

/** An app of calls. */
final class Phone extends SocketIoApp {
  private static final long SECONDS = 20;

  Phone(String url, String token, String transport) {
    super(url, URI.create(url), once(token, transport), SECONDS);
  }

  Phone connect() {
    open();
    hear("(connect)");
    return this;
  }

  /** Tries to connect, in vain; answers the {@code connect_error}. */
  JsonObject refused() {
    open();
    return hear("(connect_error)");
  }

  JsonObject register(String userId, String deviceId) {
    JsonObject answer =
        ask("register", new JsonObject().put("userId", userId).put("deviceId", deviceId));
    if (!answer.getBoolean("success")) {
      throw new AssertionError("not registered: " + answer);
    }
    hear("registered");
    return answer;
  }

  /** Registers as stock apps do that name no device. */
  JsonObject registerNameless(String userId) {
    JsonObject answer = ask("register", new JsonObject().put("userId", userId));
    hear("registered");
    return answer;
  }

  /** The code with which a request is refused; the empty text if it is not. */
  String code(String event, JsonObject payload) {
    return code(ask(event, payload));
  }

  static String code(JsonObject answer) {
    return answer.getBoolean("success") ? "" : answer.getJsonObject("error").getString("code");
  }

  /** The names of what it has received since it registered, in order. */
  @Override
  public List<String> heard() {
    List<String> names = super.heard();
    return names.subList(names.indexOf("registered") + 1, names.size());
  }
}
