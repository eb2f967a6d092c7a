package dev.switchboard.deploy.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchboard.deploy.chaos.Event.Kind;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/**
 * A Web Push service, which may be slow, refuse, or lie: say of browsers that are there that they
 * are gone. A push is known by its {@code Topic}, which is made of its notification's id.
 */
final class Browsers implements AutoCloseable {
  private static final int SLOW_MILLIS = 6_000;
  private static final int TOPIC_BYTES = 24;
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** How it is. */
  enum Mood {
    WELL,
    SLOW,
    REFUSING,
    LYING
  }

  private final Vertx vertx = Vertx.vertx();
  private final String address;
  private final HttpServer server;
  private volatile Mood mood = Mood.WELL;
  private volatile History history = new History();

  /** Starts it at an address. */
  Browsers(String address) {
    this.address = address;
    server = Await.await(vertx.createHttpServer().requestHandler(this::take).listen(0, address));
  }

  /** Writes down there what arrives from now on. */
  void writeTo(History history) {
    this.history = history;
  }

  void be(Mood mood) {
    this.mood = mood;
  }

  private void take(HttpServerRequest request) {
    switch (mood) {
      case WELL -> arrived(request);
      case SLOW -> vertx.setTimer(SLOW_MILLIS, timer -> arrived(request));
      case REFUSING -> request.response().setStatusCode(503).end();
      case LYING -> {
        history.add(request.path().substring(1), Kind.SAID_GONE, "");
        request.response().setStatusCode(410).end();
      }
    }
  }

  private void arrived(HttpServerRequest request) {
    String browser = request.path().substring(1);
    history.add(browser, Kind.PUSH_ARRIVED, request.getHeader("Topic"));
    request.response().setStatusCode(201).end();
  }

  /** What a push has as its {@code Topic} (RFC 8030 section 5.4). */
  static String topic(String notification) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(notification.getBytes(UTF_8));
      return BASE64.encodeToString(Arrays.copyOf(digest, TOPIC_BYTES));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** What a user's browser posts to subscribe here. */
  JsonObject subscription(String user) {
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
