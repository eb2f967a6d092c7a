package dev.switchboard.deploy.apps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.HoldingPushService;
import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A page with Web Push whose user is known by a cookie, and the back end that sends to it. */
final class WebPushAppIT {
  private static final String PAGE = "https://shop.example";
  private static final String SUBSCRIBE = "/api/v1/push/subscribe";

  private final HoldingPushService service = new HoldingPushService();
  private Nodes nodes;

  @BeforeEach
  void start() {
    RealRedis.flush();
    service.answer();
    nodes =
        Nodes.start(
            Map.of(
                "JWT_COOKIE", "session",
                "CORS_ORIGIN", PAGE,
                "WEBPUSH_ALLOW_HTTP", "on",
                "WEBPUSH_ALLOW_PRIVATE", "on"),
            "signaling,rooms,ice,push");
  }

  @AfterEach
  void stop() {
    nodes.close();
    service.close();
  }

  private HttpResponse<String> send(
      String method, String path, JsonObject body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(nodes.node(0).url().resolve(path))
            .method(method, BodyPublishers.ofString(body.encode()))
            .header("Content-Type", "application/json");
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return Nodes.send(request);
  }

  private HttpResponse<String> fromPage(String method, String path, JsonObject body) {
    return send(method, path, body, "Origin", PAGE, "Cookie", "session=" + nodes.token("ann"));
  }

  private JsonObject accepted(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return new JsonObject(answer.body());
  }

  private JsonObject asOperator(String path, JsonObject body) {
    return accepted(send("POST", path, body, "Authorization", "Bearer " + nodes.token("operator")));
  }

  @Test
  void pageSubscribesByItsCookieAndIsReached() {
    assertThat(Nodes.json(nodes.node(0).url(), "/api/v1/push/vapid-public-key").getMap())
        .containsKey("public_key");
    JsonObject subscription = service.subscription("ann");
    assertThat(fromPage("POST", SUBSCRIBE, subscription).statusCode()).isEqualTo(201);
    assertThat(fromPage("POST", SUBSCRIBE, subscription).statusCode()).isEqualTo(200);

    // a cookie goes along with whatever page asks
    String cookie = "session=" + nodes.token("ann");
    JsonObject stolen = service.subscription("eve");
    assertThat(
            send("POST", SUBSCRIBE, stolen, "Cookie", cookie, "Origin", "https://evil.example")
                .statusCode())
        .isIn(401, 403);
    assertThat(send("POST", SUBSCRIBE, stolen, "Cookie", cookie).statusCode()).isEqualTo(401);

    assertThat(accepted(fromPage("POST", "/api/v1/push/test", new JsonObject())).getMap())
        .containsEntry("queued", 1);
    Await.until(() -> service.taken().size() == 1);
    asOperator(
        "/api/v1/push/send",
        new JsonObject()
            .put("user_id", "ann")
            .put("title", "Sale")
            .put("body", "Today only")
            .put("image", "https://shop.example/a.png")
            .put("requireInteraction", true)
            .put("actions", new JsonArray().add(Map.of("action", "open", "title", "Open"))));
    Await.until(() -> service.taken().size() == 2);

    assertThat(fromPage("DELETE", SUBSCRIBE, subscription).statusCode()).isEqualTo(204);
    assertThat(fromPage("DELETE", SUBSCRIBE, subscription).statusCode()).isEqualTo(404);
    assertThat(fromPage("POST", "/api/v1/push/test", new JsonObject()).statusCode()).isEqualTo(404);
  }

  @Test
  void whatCanNotBeSentToOrShownIsRefused() {
    JsonObject nowhere =
        service.subscription("ann").put("endpoint", "https://push.invalid/subscription");
    assertThat(fromPage("POST", SUBSCRIBE, nowhere).statusCode()).isEqualTo(400);
    HttpResponse<String> refused =
        send(
            "POST",
            "/api/v1/push/send",
            new JsonObject()
                .put("user_id", "ann")
                .put("title", "t")
                .put("body", "b")
                .put("silent", "yes"),
            "Authorization",
            "Bearer " + nodes.token("operator"));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(new JsonObject(refused.body()).getString("detail")).contains("silent");
  }
}
