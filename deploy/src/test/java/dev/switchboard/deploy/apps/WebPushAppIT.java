package dev.switchboard.deploy.apps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.push.webpush.Browser;
import dev.switchboard.push.webpush.FakePushService;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A page with notifications: what it sends and waits for, from the server's key to the last
 * unsubscribe. Its token is in a cookie; the push service checks, and the browser decrypts, by
 * themselves.
 */
final class WebPushAppIT {
  private static final String PAGE = "https://app.example";
  private static final String BASE = "/api/v1/push/";
  private static final String SUBSCRIBE = BASE + "subscribe";

  private static Nodes nodes;
  private static StockClient caller;

  private FakePushService service;
  private final Browser browser = Browser.make();

  @BeforeAll
  static void start() {
    RealRedis.flush();
    nodes =
        Nodes.start(
            Map.of(
                "PUSH_PROVIDERS", "webpush",
                "PUSH_STRICT", "on",
                "WEBPUSH_ALLOW_HTTP", "on",
                "WEBPUSH_ALLOW_PRIVATE", "on",
                "RATE_SUBSCRIBE_PER_MINUTE", "1000",
                "JWT_COOKIE", "session",
                "CORS_ORIGIN", PAGE),
            "signaling,ice,push");
    caller = nodes.client(0, "caller", "phone");
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @BeforeEach
  void open() {
    service = FakePushService.withoutTls();
  }

  @AfterEach
  void close() {
    service.close();
  }

  private static HttpResponse<String> send(
      String method, String path, JsonObject body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(nodes.node(0).url().resolve(path))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body.encode()));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return Nodes.send(request);
  }

  private static JsonObject json(int status, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return new JsonObject(answer.body());
  }

  /** As the page asks: the browser adds the cookie and the page's origin. */
  private static HttpResponse<String> page(
      String user, String method, String path, JsonObject body) {
    return send(
        method, path, body, "Cookie", "theme=dark; session=" + nodes.token(user), "Origin", PAGE);
  }

  private static JsonObject operator(int status, String path, JsonObject body) {
    return json(
        status, send("POST", path, body, "Authorization", "Bearer " + nodes.token("operator")));
  }

  private static void assertRefused(int status, HttpResponse<String> answer) {
    JsonObject refusal = json(status, answer);
    assertThat(refusal.getString("error")).isNotBlank();
    assertThat(refusal.getString("detail")).isNotBlank();
  }

  private JsonObject subscription(String name, Browser with) {
    return new JsonObject().put("endpoint", service.endpoint(name)).put("keys", with.keys());
  }

  private JsonObject subscription(String name) {
    return subscription(name, browser);
  }

  private JsonObject shown(String name, int number) {
    Await.until(() -> service.messages(name).size() >= number, 30);
    byte[] body = service.messages(name).get(number - 1).body().getBytes();
    return new JsonObject(Buffer.buffer(browser.decrypt(body)));
  }

  private static JsonObject call(String callee) {
    JsonObject call = new JsonObject().put("calleeId", callee).put("callType", "video");
    return caller.ask("call_initiate", call.put("callerName", "Cal"));
  }

  private static void hangUp(JsonObject call) {
    JsonObject of = new JsonObject().put("callId", call.getString("callId"));
    assertThat(caller.ask("call_end", of).getBoolean("success")).isTrue();
  }

  private static boolean isOutOfReach(String callee) {
    JsonObject answer = call(callee);
    if (answer.getBoolean("success")) {
      hangUp(answer);
      return false;
    }
    return answer.getJsonObject("error").getString("code").equals("E103");
  }

  @Test
  void pageSubscribesTriesItAndEndsIt() {
    JsonObject key = json(200, send("GET", BASE + "vapid-public-key", new JsonObject()));
    byte[] point = Base64.getUrlDecoder().decode(key.getString("public_key"));
    assertThat(point).hasSize(65).startsWith(4);

    JsonObject made = json(201, page("ann", "POST", SUBSCRIBE, subscription("ann")));
    assertThat(json(200, page("ann", "POST", SUBSCRIBE, subscription("ann")))).isEqualTo(made);
    JsonObject words = new JsonObject().put("title", "Hello").put("body", "It works");
    JsonObject tried = json(202, page("ann", "POST", BASE + "test", words));
    assertThat(tried.getString("notification_id")).isNotBlank();
    assertThat(tried.getInteger("queued")).isEqualTo(1);
    assertThat(shown("ann", 1).getString("title")).isEqualTo("Hello");
    assertThat(service.messages("ann").getFirst().key()).isEqualTo(key.getString("public_key"));
    json(202, page("ann", "POST", BASE + "test", new JsonObject()));
    assertThat(shown("ann", 2).getString("title")).isNotBlank();

    JsonObject named = new JsonObject().put("endpoint", service.endpoint("ann"));
    assertThat(page("ann", "DELETE", SUBSCRIBE, named).statusCode()).isEqualTo(204);
    assertRefused(404, page("ann", "POST", BASE + "unsubscribe", named));
    assertRefused(404, page("ann", "POST", BASE + "test", words));
  }

  @Test
  void cookieCountsForPagesThatAreAllowedAndTheHeaderWins() {
    String cookie = "session=" + nodes.token("bea");
    JsonObject ofBea = subscription("bea");
    String evil = "https://evil.example";
    assertRefused(401, send("POST", SUBSCRIBE, ofBea, "Cookie", cookie));
    assertRefused(401, send("POST", SUBSCRIBE, ofBea, "Cookie", cookie, "Origin", evil));
    assertRefused(401, send("POST", SUBSCRIBE, ofBea, "Cookie", "session=x", "Origin", PAGE));
    String bearer = "Bearer " + nodes.token("bob");
    String[] both = {"Cookie", cookie, "Origin", PAGE, "Authorization", bearer};
    json(201, send("POST", SUBSCRIBE, subscription("bob"), both));
    assertThat(isOutOfReach("bea")).isTrue();
    assertThat(isOutOfReach("bob")).isFalse();
    assertRefused(403, page("bea", "POST", SUBSCRIBE, subscription("bob", Browser.make())));
    json(200, page("bea", "POST", SUBSCRIBE, subscription("bob")));
    assertThat(isOutOfReach("bob")).isTrue();
  }

  @Test
  void operatorsSendAllThatANotificationMayHave() {
    String id = json(201, page("cat", "POST", SUBSCRIBE, subscription("cat"))).getString("id");
    JsonObject action = new JsonObject().put("action", "open").put("title", "Open");
    JsonObject options =
        new JsonObject()
            .put("icon", "/i.png")
            .put("tag", "news")
            .put("image", "https://app.example/p.png")
            .put("actions", new JsonArray().add(action))
            .put("renotify", true)
            .put("silent", false)
            .put("requireInteraction", true);
    JsonObject message =
        new JsonObject()
            .put("title", "News")
            .put("body", "Of today")
            .put("data", new JsonObject().put("n", 1))
            .mergeIn(options);
    JsonObject expected = message.copy();
    operator(202, BASE + "send", message.copy().put("user_id", "cat"));
    assertThat(shown("cat", 1)).isEqualTo(expected);
    operator(202, BASE + "send", message.copy().put("subscription_id", id));
    assertThat(shown("cat", 2)).isEqualTo(expected);
    operator(202, BASE + "broadcast", message);
    assertThat(shown("cat", 3)).isEqualTo(expected);
    Map.<String, Object>of(
            "image", 5, "actions", "x", "renotify", "yes", "silent", 1, "requireInteraction", "no")
        .forEach(
            (name, value) -> {
              JsonObject wrong = message.copy().put("user_id", "cat").put(name, value);
              assertThat(operator(400, BASE + "send", wrong).getString("detail")).contains(name);
            });
  }

  @Test
  void callRingsABrowserThatIsAllAPersonHasUntilItIsGone() {
    json(201, page("dan", "POST", SUBSCRIBE, subscription("dan")));
    JsonObject call = call("dan");
    assertThat(call.getBoolean("success")).as("%s", call).isTrue();
    JsonObject ring = shown("dan", 1);
    assertThat(ring.getString("title")).isEqualTo("Incoming Call");
    assertThat(ring.getString("body")).isEqualTo("Cal is calling you");
    assertThat(ring.getString("tag")).isEqualTo(call.getString("callId"));
    assertThat(ring.getJsonObject("data").getString("url"))
        .isEqualTo("/?call=" + call.getString("callId"));
    hangUp(call);
    shown("dan", 2);
    assertThat(service.messages("dan").get(1).header("topic"))
        .isEqualTo(service.messages("dan").getFirst().header("topic"));

    service.answer("dan", 410);
    operator(202, BASE + "send", words().put("user_id", "dan"));
    Await.until(() -> !hasSubscription("dan"), 30);
    assertThat(isOutOfReach("dan")).isTrue();
  }

  private static boolean hasSubscription(String user) {
    JsonArray all = look(BASE + "subscriptions").getJsonArray("subscriptions");
    return all.stream().anyMatch(each -> user.equals(((JsonObject) each).getString("user_id")));
  }

  private static JsonObject look(String path) {
    return json(
        200,
        Nodes.send(
            HttpRequest.newBuilder(nodes.node(0).url().resolve(path))
                .header("Authorization", "Bearer " + nodes.token("operator"))));
  }

  private static JsonObject words() {
    return new JsonObject().put("title", "T").put("body", "B");
  }

  @Test
  void subscriptionWithNewKeysOutlivesAnAnswerToTheOld() throws Exception {
    json(201, page("eve", "POST", SUBSCRIBE, subscription("eve", Browser.make())));
    CompletableFuture<HttpServerResponse> held = new CompletableFuture<>();
    service.answer("eve", held::complete);
    String id =
        operator(202, BASE + "send", words().put("user_id", "eve")).getString("notification_id");
    HttpServerResponse old = held.get(30, TimeUnit.SECONDS);
    json(200, page("eve", "POST", SUBSCRIBE, subscription("eve")));
    old.setStatusCode(410).end();
    Await.until(() -> status(id).equals("failed"), 30);

    operator(202, BASE + "send", words().put("user_id", "eve"));
    assertThat(shown("eve", 2).getString("title")).isEqualTo("T");
    assertThat(isOutOfReach("eve")).isFalse();
  }

  private static String status(String notificationId) {
    JsonObject found = look(BASE + "notifications/" + notificationId);
    JsonArray devices = found.getJsonArray("devices");
    return devices.isEmpty() ? "" : devices.getJsonObject(0).getString("status");
  }

  @Test
  void whatCanNotBeASubscriptionIsRefusedAndRingsNobody() {
    for (String endpoint :
        List.of("https://push.invalid/x", "https://a.onion/x", "ftp://8.8.8.8/x", "x", "")) {
      JsonObject body = subscription("fay").put("endpoint", endpoint);
      assertRefused(400, page("fay", "POST", SUBSCRIBE, body));
    }
    assertRefused(400, page("fay", "POST", SUBSCRIBE, new JsonObject()));
    assertThat(isOutOfReach("fay")).isTrue();
    assertRefused(401, send("POST", BASE + "test", words()));
    assertRefused(401, send("POST", BASE + "send", words().put("user_id", "fay")));
    assertRefused(404, send("GET", BASE + "nothing", new JsonObject()));
  }
}
