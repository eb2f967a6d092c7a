package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.call;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.webhooks.WebhookSigner;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The team's own service says whether a call may ring. */
final class CallAuthorizeIT {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private final Vertx vertx = Vertx.vertx();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> unsigned = new CopyOnWriteArrayList<>();
  private final Map<String, String> settings = new HashMap<>();
  private HttpServer service;
  private CallNodes nodes;
  private volatile Consumer<HttpServerRequest> answer;

  CallAuthorizeIT() {
    answer = says("{\"allow\":true}");
  }

  @BeforeEach
  void start() {
    RealRedis.flush();
    service =
        Await.await(vertx.createHttpServer().requestHandler(this::serve).listen(0, "127.0.0.1"));
    settings.put("CALL_AUTHORIZE_URL", "http://127.0.0.1:" + service.actualPort() + "/may-ring");
    settings.put("WEBHOOK_SECRET", SECRET);
    settings.put("WEBHOOK_ALLOW_PRIVATE", "on");
    settings.put("RATE_CALLS_PER_MINUTE", "0");
  }

  @AfterEach
  void stop() {
    nodes.close();
    Await.await(vertx.close());
  }

  private void serve(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              asked.add(body.toString());
              WebhookSigner signer =
                  WebhookSigner.from(Settings.of(Map.of("WEBHOOK_SECRET", SECRET)));
              long at = Long.parseLong(request.getHeader("webhook-timestamp"));
              String signature =
                  signer
                      .headers(request.getHeader("webhook-id"), at * 1_000, body.toString())
                      .get("webhook-signature");
              if (!request.getHeader("webhook-signature").equals(signature)) {
                unsigned.add(body.toString());
              }
              answer.accept(request);
            });
  }

  private static Consumer<HttpServerRequest> says(String body) {
    return request -> request.response().end(body);
  }

  /** What the caller is answered; the callee is there. */
  private JsonObject ring() {
    nodes = new CallNodes(settings);
    Phone caller = nodes.registered(0, "ann", "phone");
    Phone callee = nodes.registered(1, "bob", "phone");
    JsonObject answered = caller.ask("call_initiate", call("bob"));
    if (answered.getBoolean("success")) {
      callee.hear("incoming_call");
    } else {
      assertThat(callee.all("incoming_call")).isEmpty();
    }
    return answered;
  }

  @Test
  void callThatIsAllowedRingsAndTheServiceIsAskedInASignedRequest() {
    assertAck(ring()).isSuccess();
    assertThat(asked).hasSize(1);
    assertThat(unsigned).isEmpty();
    assertThat(new JsonObject(asked.getFirst()).getMap())
        .containsEntry("callerId", "ann")
        .containsEntry("calleeId", "bob")
        .containsEntry("callType", "video")
        .containsEntry("callerDevice", "phone")
        .containsKeys("callId", "callerName", "createdAt");
  }

  @Test
  void callThatIsDeniedDoesNotRingAndTheCallerHearsWhy() {
    answer = says("{\"allow\":false,\"code\":\"no_credit\",\"message\":\"Top up first\"}");
    JsonObject error = ring().getJsonObject("error");
    assertThat(error.getString("code")).isEqualTo("no_credit");
    assertThat(error.getString("message")).isEqualTo("Top up first");
    assertThat(nodes.redis("KEYS", "call:*").size()).isZero();
  }

  @Test
  void refusalIsOneWhateverStatusItComesWith() {
    answer =
        request ->
            request
                .response()
                .setStatusCode(403)
                .end("{\"allow\":false,\"code\":\"no_credit\",\"message\":\"Top up first\"}");
    assertAck(ring()).isRefused("no_credit");
  }

  @Test
  void serviceThatGivesNoReasonIsE109() {
    answer = says("{\"allow\":false}");
    assertAck(ring()).isRefused("E109");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no",
        "[]",
        "{}",
        "{\"allow\":1}",
        "500",
        "302",
        "hangs",
        "huge",
        "deep",
        "cut"
      })
  void withoutAnAnswerTheSettingDecides(String kind) {
    answer = bad(kind);
    assertAck(ring()).isSuccess();
    nodes.close();
    settings.put("CALL_AUTHORIZE_ON_ERROR", "deny");
    RealRedis.flush();
    assertAck(ring()).isRefused("E503");
    assertThat(asked).hasSize(2);
  }

  private Consumer<HttpServerRequest> bad(String kind) {
    return switch (kind) {
      case "500" -> request -> request.response().setStatusCode(500).end("{\"allow\":true}");
      case "302" ->
          request ->
              request
                  .response()
                  .setStatusCode(302)
                  .putHeader("Location", settings.get("CALL_AUTHORIZE_URL"))
                  .end();
      case "hangs" -> request -> {};
      case "huge" ->
          request ->
              request
                  .response()
                  .end(
                      Buffer.buffer("{\"allow\":true,\"x\":\"")
                          .appendString("x".repeat(1_000_000))
                          .appendString("\"}"));
      case "deep" -> says("{\"allow\":true,\"x\":" + "[".repeat(900) + "]".repeat(900) + "}");
      case "cut" -> request -> request.connection().close();
      default -> says(kind);
    };
  }

  @Test
  void internalAddressIsNotAsked() {
    settings.remove("WEBHOOK_ALLOW_PRIVATE");
    assertAck(ring()).isSuccess();
    assertThat(asked).isEmpty();
  }

  @Test
  void hungServiceIsSoonAskedByFewCallsOnly() {
    answer = request -> {};
    nodes = new CallNodes(settings);
    Phone caller = nodes.registered(0, "ann", "phone");
    nodes.registered(1, "bob", "phone");
    for (int i = 0; i < 30; i++) {
      assertAck(caller.ask("call_initiate", call("bob"))).isSuccess();
    }
    assertThat(asked).hasSizeBetween(5, 29);
  }
}
