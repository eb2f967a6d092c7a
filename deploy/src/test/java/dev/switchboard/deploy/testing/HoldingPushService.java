package dev.switchboard.deploy.testing;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A Web Push service on loopback, without TLS. It answers nothing until it is told to, and keeps
 * the {@code Topic} of each message, by which a repeat takes the place of the first.
 */
public final class HoldingPushService implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final Queue<String> topics = new ConcurrentLinkedQueue<>();
  private final Queue<String> taken = new ConcurrentLinkedQueue<>();
  private final Queue<HttpServerResponse> held = new ConcurrentLinkedQueue<>();
  private volatile boolean holding = true;

  /** Starts it, holding. */
  public HoldingPushService() {
    server =
        Await.await(vertx.createHttpServer().requestHandler(this::take).listen(0, "127.0.0.1"));
  }

  private void take(HttpServerRequest request) {
    String topic = request.getHeader("Topic");
    topics.add(topic);
    if (holding) {
      held.add(request.response());
    } else {
      taken.add(topic);
      request.response().setStatusCode(201).end();
    }
  }

  /** Answers from now on; what is held stays without an answer. */
  public void answer() {
    holding = false;
  }

  /** The topics of all messages so far, repeats too. */
  public List<String> topics() {
    return List.copyOf(topics);
  }

  /** The topics of those that were answered. */
  public List<String> taken() {
    return List.copyOf(taken);
  }

  /** What a browser posts to subscribe here. */
  public JsonObject subscription(String name) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    JsonObject keys =
        new JsonObject()
            .put("p256dh", base64.encodeToString(point()))
            .put("auth", base64.encodeToString(new byte[16]));
    String endpoint = "http://127.0.0.1:" + server.actualPort() + "/" + name;
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
