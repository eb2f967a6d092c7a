package dev.switchboard.deploy.chaos;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Map;

/**
 * FCM, and Google's OAuth, which gives everybody a token. A push is known by its collapse key, its
 * notification's id; a device's token is the name of its user.
 */
final class Androids implements Provider {
  private static final int SLOW_MILLIS = 6_000;
  private static final String PROJECT = "chaos";

  private final Vertx vertx = Vertx.vertx();
  private final Reception reception = new Reception();
  private final String url;

  /** Starts it at an address, with a certificate for that. */
  Androids(String address, PemKeyCertOptions certificate) {
    HttpServerOptions options =
        new HttpServerOptions().setSsl(true).setUseAlpn(true).setKeyCertOptions(certificate);
    HttpServer server =
        Await.await(
            vertx.createHttpServer(options).requestHandler(this::handle).listen(0, address));
    url = "https://" + address + ":" + server.actualPort();
  }

  private void handle(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              if (request.path().equals("/token")) {
                JsonObject granted =
                    new JsonObject()
                        .put("access_token", "access")
                        .put("token_type", "Bearer")
                        .put("expires_in", 3600);
                answer(request.response(), 200, granted);
              } else {
                take(request.response(), body.toJsonObject().getJsonObject("message"));
              }
            });
  }

  private void take(HttpServerResponse response, JsonObject message) {
    String user = message.getString("token");
    switch (reception.mood()) {
      case WELL -> arrived(response, user, message);
      case SLOW -> vertx.setTimer(SLOW_MILLIS, timer -> arrived(response, user, message));
      case REFUSING -> refuse(response, 503, "UNAVAILABLE", "UNAVAILABLE");
      case LYING -> {
        reception.saidGone(user);
        refuse(response, 404, "NOT_FOUND", "UNREGISTERED");
      }
    }
  }

  private void arrived(HttpServerResponse response, String user, JsonObject message) {
    String notification = message.getJsonObject("android").getString("collapse_key");
    reception.arrived(user, Reception.topic(notification));
    String name = "projects/" + PROJECT + "/messages/" + notification;
    answer(response, 200, new JsonObject().put("name", name));
  }

  private static void refuse(HttpServerResponse response, int status, String code, String fcm) {
    JsonObject detail =
        new JsonObject()
            .put("@type", "type.googleapis.com/google.firebase.fcm.v1.FcmError")
            .put("errorCode", fcm);
    JsonObject error =
        new JsonObject()
            .put("code", status)
            .put("status", code)
            .put("message", "refused")
            .put("details", new JsonArray().add(detail));
    answer(response, status, new JsonObject().put("error", error));
  }

  private static void answer(HttpServerResponse response, int status, JsonObject body) {
    response.setStatusCode(status).putHeader("Content-Type", "application/json").end(body.encode());
  }

  @Override
  public Reception reception() {
    return reception;
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("FCM_CREDENTIALS_JSON", account().encode(), "FCM_ENDPOINT", url);
  }

  private JsonObject account() {
    return new JsonObject()
        .put("type", "service_account")
        .put("project_id", PROJECT)
        .put("private_key_id", "k1")
        .put("private_key", key())
        .put("client_email", "push@chaos.iam.gserviceaccount.com")
        .put("client_id", "1")
        .put("token_uri", url + "/token");
  }

  private static String key() {
    try {
      KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
      keys.initialize(2048);
      String text =
          Base64.getMimeEncoder().encodeToString(keys.generateKeyPair().getPrivate().getEncoded());
      return "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n";
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public String path() {
    return "/v1/push/tokens";
  }

  @Override
  public JsonObject subscription(String user) {
    return new JsonObject().put("type", "fcm").put("token", user).put("device_id", "phone");
  }

  @Override
  public void close() {
    Await.await(vertx.close());
  }
}
