package dev.switchboard.deploy.soak;

import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** Somebody with one device. Used by one scenario at a time. */
final class User {
  private final Server server;
  private final String id;
  private final boolean polling;
  private final String token;
  private App app;

  /** One who is connected and registered. */
  User(Server server, String id, boolean polling) {
    this.server = server;
    this.id = id;
    this.polling = polling;
    this.token = server.token(id);
    this.app = connect();
  }

  private App connect() {
    App connected = server.app(polling, token);
    connected.succeed("register", registration());
    return connected;
  }

  private JsonObject registration() {
    return new JsonObject().put("userId", id).put("deviceId", device()).put("platform", "web");
  }

  String id() {
    return id;
  }

  String device() {
    return id + "-device";
  }

  /** What an APNs token looks like. */
  String pushToken() {
    return String.format(Locale.ROOT, "%064x", id.hashCode() & 0xffff_ffffL);
  }

  App app() {
    return app;
  }

  /** The JSON that this user's request is answered. */
  JsonObject request(int status, String method, String path, JsonObject body) {
    return server.request(status, method, path, token, body);
  }

  /** The status that this user's request is answered. */
  int status(String method, String path, JsonObject body) {
    return server.status(method, path, token, body);
  }

  /** Loses the connection. */
  void drop() {
    app.drop();
  }

  /** Is back after {@link #drop}. */
  void comeBack() {
    app = connect();
  }

  /** Logs out and in on the same connection. */
  void logOutAndIn() {
    app.succeed("unregister", new JsonObject());
    app.succeed("register", registration());
  }

  /** Takes everything along, and goes. */
  void leave() {
    request(200, "DELETE", "/v1/push/tokens/all", new JsonObject());
    app.succeed("unregister", new JsonObject());
    app.close();
  }
}
