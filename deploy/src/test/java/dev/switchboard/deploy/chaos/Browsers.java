package dev.switchboard.deploy.chaos;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/**
 * A Web Push service. A push is known by its {@code Topic}; an endpoint has the name of its user.
 */
final class Browsers implements Provider {
  private static final int SLOW_MILLIS = 6_000;
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final Vertx vertx = Vertx.vertx();
  private final String address;
  private final HttpServer server;
  private final Reception reception = new Reception();

  /** Starts it at an address. */
  Browsers(String address) {
    this.address = address;
    server = Await.await(vertx.createHttpServer().requestHandler(this::take).listen(0, address));
  }

  private void take(HttpServerRequest request) {
    switch (reception.mood()) {
      case WELL -> arrived(request);
      case SLOW -> vertx.setTimer(SLOW_MILLIS, timer -> arrived(request));
      case REFUSING -> request.response().setStatusCode(503).end();
      case LYING -> {
        reception.saidGone(request.path().substring(1));
        request.response().setStatusCode(410).end();
      }
    }
  }

  private void arrived(HttpServerRequest request) {
    reception.arrived(request.path().substring(1), request.getHeader("Topic"));
    request.response().setStatusCode(201).end();
  }

  @Override
  public Reception reception() {
    return reception;
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("WEBPUSH_ALLOW_HTTP", "on", "WEBPUSH_ALLOW_PRIVATE", "on");
  }

  @Override
  public String path() {
    return "/api/v1/push/subscribe";
  }

  @Override
  public JsonObject subscription(String user) {
    JsonObject keys =
        new JsonObject()
            .put("p256dh", BASE64.encodeToString(point()))
            .put("auth", BASE64.encodeToString(new byte[16]));
    String endpoint = "http://" + address + ":" + server.actualPort() + "/" + user;
    return new JsonObject().put("endpoint", endpoint).put("keys", keys);
  }

  private static byte[] point() {
    try {
      KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
      keys.initialize(new ECGenParameterSpec("secp256r1"));
      byte[] encoded = ((ECPublicKey) keys.generateKeyPair().getPublic()).getEncoded();
      return Arrays.copyOfRange(encoded, encoded.length - 65, encoded.length);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    Await.await(vertx.close());
  }
}
