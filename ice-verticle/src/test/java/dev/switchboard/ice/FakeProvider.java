package dev.switchboard.ice;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A provider on loopback that answers as a test says: mints, refuses, hangs, lies, drips. */
final class FakeProvider implements AutoCloseable {
  /** What it does with the next requests. */
  interface Behaviour {
    void answer(HttpServerRequest request, int number);
  }

  /** One request it has got. */
  record Asked(String path, String authorization, String body) {}

  final List<Asked> asked = new CopyOnWriteArrayList<>();
  final AtomicInteger atOnce = new AtomicInteger();
  final AtomicInteger mostAtOnce = new AtomicInteger();
  volatile Behaviour behaviour;

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final AtomicInteger number = new AtomicInteger();

  FakeProvider(Behaviour first) throws Exception {
    behaviour = first;
    server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                  request.response().endHandler(_ -> atOnce.decrementAndGet());
                  request.response().exceptionHandler(_ -> atOnce.decrementAndGet());
                  request
                      .body()
                      .onSuccess(
                          body -> {
                            asked.add(
                                new Asked(
                                    request.path(),
                                    request.getHeader("Authorization"),
                                    body.toString()));
                            behaviour.answer(request, number.incrementAndGet());
                          });
                })
            .listen(0, "127.0.0.1")
            .await(5, SECONDS);
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  Map<String, String> cloudflare() {
    return Map.of(
        "TURN_PROVIDER", "cloudflare",
        "CLOUDFLARE_TURN_KEY_ID", "key-1",
        "CLOUDFLARE_TURN_API_TOKEN", "t0ken",
        "CLOUDFLARE_TURN_ENDPOINT", url());
  }

  Map<String, String> twilio() {
    return Map.of(
        "TURN_PROVIDER", "twilio",
        "TWILIO_ACCOUNT_SID", "AC1",
        "TWILIO_AUTH_TOKEN", "auth",
        "TWILIO_ENDPOINT", url() + "/proxy/");
  }

  static HttpServerResponse status(HttpServerRequest request, int status) {
    return request.response().setStatusCode(status);
  }

  /** A list as Cloudflare writes it, its credentials numbered. */
  static void mint(HttpServerRequest request, int number) {
    status(request, 201).end(cloudflareAnswer(number));
  }

  static Buffer cloudflareAnswer(int number) {
    return new JsonObject()
        .put(
            "iceServers",
            new JsonArray()
                .add(
                    new JsonObject()
                        .put(
                            "urls",
                            new JsonArray()
                                .add("stun:stun.cloudflare.com:3478")
                                .add("stun:stun.cloudflare.com:53")))
                .add(
                    new JsonObject()
                        .put(
                            "urls",
                            new JsonArray()
                                .add("turn:turn.cloudflare.com:3478?transport=udp")
                                .add("turn:turn.cloudflare.com:53?transport=udp")
                                .add("turn:turn.cloudflare.com:80?transport=tcp")
                                .add("turns:turn.cloudflare.com:443?transport=tcp"))
                        .put("username", "name-" + number)
                        .put("credential", "word-" + number)))
        .toBuffer();
  }

  /** A list as Twilio writes it. */
  static void mintAsTwilio(HttpServerRequest request, int number) {
    JsonArray servers =
        new JsonArray()
            .add(
                new JsonObject()
                    .put("url", "stun:global.stun.twilio.com:3478")
                    .put("urls", "stun:global.stun.twilio.com:3478"));
    for (String url :
        List.of(
            "turn:global.turn.twilio.com:3478?transport=udp",
            "turn:global.turn.twilio.com:3478?transport=tcp",
            "turn:global.turn.twilio.com:443?transport=tcp")) {
      servers.add(
          new JsonObject()
              .put("url", url)
              .put("urls", url)
              .put("username", "name-" + number)
              .put("credential", "word+/=" + number));
    }
    status(request, 201)
        .end(
            new JsonObject()
                .put("username", "name-" + number)
                .put("password", "word+/=" + number)
                .put("account_sid", "AC1")
                .put("ttl", "86400")
                .put("date_created", "Sat, 28 Nov 2026 10:00:00 +0000")
                .put("ice_servers", servers)
                .toBuffer());
  }

  /** Takes the request and says nothing. */
  static void hang(HttpServerRequest request, int number) {}

  /** Begins an answer that has no end. */
  void drip(HttpServerRequest request, int number) {
    HttpServerResponse response = request.response().setChunked(true);
    response.write("{\"iceServers\":[");
    long timer = vertx.setPeriodic(20, _ -> response.write(" "));
    response.closeHandler(_ -> vertx.cancelTimer(timer));
  }

  static void flood(HttpServerRequest request, int number) {
    status(request, 200).end(Buffer.buffer(" ".repeat(1 << 20)).appendBuffer(cloudflareAnswer(1)));
  }

  @Override
  public void close() {
    Await.await(vertx.close());
  }
}
