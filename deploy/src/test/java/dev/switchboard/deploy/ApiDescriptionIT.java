package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.admin.Admin;
import dev.switchboard.deploy.admin.NodeReports;
import dev.switchboard.deploy.testing.TestSettings;
import dev.switchboard.shared.auth.JwtSettings;
import dev.switchboard.shared.auth.TokenIssuer;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.http.ApiDescription;
import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.role.DirectRoutes;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.role.Role;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TestNode;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.openapi.contract.OpenAPIContract;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Fails when {@code openapi.yaml} and the code differ: in routes, in answers, in what is refused.
 */
class ApiDescriptionIT {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final SchemaRepository SCHEMAS =
      SchemaRepository.create(
          new JsonSchemaOptions().setDraft(Draft.DRAFT202012).setBaseUri("app://test"));

  private static Server server;

  @BeforeAll
  static void start() {
    Map<String, String> values =
        TestSettings.with(
            Map.of(
                "PORT",
                "0",
                "ADMIN",
                "on",
                "RATE_ROOMS_PER_HOUR",
                "0",
                "RATE_ACCEPT_PER_MINUTE",
                "0"));
    RealRedis.flush();
    server = Await.await(Server.start(Settings.of(values)), 30);
  }

  @AfterAll
  static void stop() {
    Await.await(server.stop(), 30);
  }

  private static HttpResponse<String> send(
      String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return CLIENT.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString()).join();
  }

  private static String token(boolean operator) {
    String path = "/dev/token?userId=ann" + (operator ? "&admin=true" : "");
    return "Bearer " + new JsonObject(send("GET", path, "").body()).getString("token");
  }

  /** Sends a request and holds its answer against the description of that status. */
  private static String described(
      int status, String method, String path, String template, String body, String... headers) {
    HttpResponse<String> answer = send(method, path, body, headers);
    String what = method + " " + path + " → " + answer.statusCode() + " " + answer.body();
    assertThat(answer.statusCode()).as(what).isEqualTo(status);
    JsonObject responses =
        ApiDescription.OPENAPI.part(
            "paths", template, method.toLowerCase(Locale.ROOT), "responses");
    assertThat(responses.fieldNames()).as(what).contains(Integer.toString(status));
    JsonObject content = responses.getJsonObject(Integer.toString(status)).getJsonObject("content");
    if (content != null && content.containsKey("application/json")) {
      JsonObject schema = content.getJsonObject("application/json").getJsonObject("schema");
      OutputUnit unit =
          SCHEMAS.validator(JsonSchema.of(schema)).validate(Json.decodeValue(answer.body()));
      assertThat(unit.getValid()).as(what + " " + unit.getErrors()).isTrue();
    }
    return answer.body();
  }

  private static String described(int status, String method, String path, String body) {
    return described(status, method, path, path.replaceAll("\\?.*", ""), body);
  }

  @Test
  void theDescriptionIsOneThatToolsRead() {
    Vertx vertx = Vertx.vertx();
    OpenAPIContract contract =
        Await.await(OpenAPIContract.from(vertx, ApiDescription.OPENAPI.json().copy()));
    assertThat(contract.operations()).hasSizeGreaterThan(40);
    assertThat(ApiDescription.ASYNCAPI.json().getString("asyncapi")).isEqualTo("3.0.0");
    Await.await(vertx.close());
  }

  @Test
  void routesAndDescriptionAreTheSame() {
    Set<String> described = describedRoutes();
    Set<String> mounted = mounted();
    assertThat(mounted).isEqualTo(described);
  }

  private static Set<String> describedRoutes() {
    JsonObject paths = ApiDescription.OPENAPI.json().getJsonObject("paths");
    Set<String> routes = new TreeSet<>();
    for (String path : paths.fieldNames()) {
      for (String method : paths.getJsonObject(path).fieldNames()) {
        routes.add(method.toUpperCase(Locale.ROOT) + " " + path);
      }
    }
    return routes;
  }

  /** Every route with a method that any role or the process itself mounts. */
  private static Set<String> mounted() {
    try (TestNode node = TestNode.start()) {
      Settings settings = node.node().settings();
      List<Role> roles = Roles.make(ProcessSettings.from(settings).roles(), node.node());
      Router router = Router.router(node.vertx());
      Await.await(
          Future.future(
              done -> node.vertx().runOnContext(go -> mount(node, roles, router).onComplete(done))),
          30);
      ClientLibrary.mount(router);
      WebPage.mount(router, false);
      management(node, roles).mount(router, true);
      admin(node, roles).mount(router);
      Set<String> routes = new TreeSet<>();
      for (Route route : router.getRoutes()) {
        if (route.methods() != null && route.getPath() != null) {
          String path = route.getPath().replaceAll(":(\\w+)", "{$1}");
          for (HttpMethod method : route.methods()) {
            routes.add(method.name() + " " + path);
          }
        }
      }
      roles.forEach(role -> Await.await(role.stop()));
      // Past the router, like everything under this path.
      routes.add("GET /socket.io/{script}");
      return routes;
    }
  }

  private static Future<Void> mount(TestNode node, List<Role> roles, Router router) {
    Edge edge = new Edge(new EdgeId(node.node().id(), 0), node.vertx(), router, new DirectRoutes());
    Future<Void> mounted = Future.succeededFuture();
    for (Role role : roles) {
      mounted = mounted.compose(v -> role.start()).compose(v -> role.mount(edge));
    }
    return mounted;
  }

  private static Admin admin(TestNode node, List<Role> roles) {
    NodeReports reports = new NodeReports(node.node(), roles, JsonObject::new, () -> 1, () -> {});
    return new Admin(
        node.node(), reports, Map::of, () -> SocketAddress.inetSocketAddress(1, "x"), false);
  }

  private static ManagementRoutes management(TestNode node, List<Role> roles) {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    StoreProbe stores =
        new StoreProbe(
            node.node().redis()::open,
            Optional.empty(),
            Postgres.pool(node.vertx(), RealPostgres.newDatabase(), 1),
            meters);
    return new ManagementRoutes(
        new Health(node.node(), roles, stores, new Members(Optional.empty())),
        meters,
        node.node().settings().environment(),
        new DevTokens(
            new TokenIssuer(node.vertx(), JwtSettings.from(node.node().settings()), node.clock()),
            node.clock()));
  }

  @Test
  void answersAreAsDescribed() {
    for (String path :
        List.of(
            "/health",
            "/health/live",
            "/health/ready",
            "/metrics",
            "/info",
            "/ping",
            "/",
            "/openapi.yaml",
            "/asyncapi.yaml",
            "/docs",
            "/ice-servers",
            "/ice-servers?userId=a",
            "/v1/calls/ice-servers",
            "/dev/users",
            "/dev/token?userId=ann")) {
      described(200, "GET", path, "");
    }
    described(400, "GET", "/dev/token", "");
    described(200, "GET", "/docs/docs.js", "/docs/{file}", "");
    described(200, "GET", "/socket.io/socket.io.js", "/socket.io/{script}", "");
    described(404, "GET", "/socket.io/other.js", "/socket.io/{script}", "");
    described(404, "GET", "/docs/nothing", "/docs/{file}", "");
    described(401, "GET", "/api/v1/calls", "");
    String mine = token(false);
    described(200, "GET", "/api/v1/calls", "/api/v1/calls", "", "Authorization", mine);
    described(400, "GET", "/api/v1/calls?limit=x", "/api/v1/calls", "", "Authorization", mine);
  }

  @Test
  void answersAboutDeviceTokensAreAsDescribed() {
    String tokens = "/v1/push/tokens";
    String[] mine = {"Authorization", token(false)};
    described(401, "GET", tokens, "");
    String token = "{\"token\":\"" + "ab".repeat(32) + "\",\"type\":\"apns\"}";
    described(200, "POST", tokens, tokens, token, mine);
    described(400, "POST", tokens, tokens, token.replace("apns", "pigeon"), mine);
    described(200, "GET", tokens, tokens, "", mine);
    described(200, "DELETE", tokens, tokens, token, mine);
    described(404, "DELETE", tokens, tokens, token, mine);
    described(200, "DELETE", tokens + "/all", tokens + "/all", "", mine);
  }

  @Test
  void answersAboutChatSessionsAreAsDescribed() {
    String reserve = "/api/reserve-session";
    String session = "{\"sessionId\":\"s1\",\"authKey\":\"k1\",\"chatMode\":\"private\"}";
    described(200, "POST", reserve, session);
    described(409, "POST", reserve, session);
    described(400, "POST", reserve, "{\"sessionId\":\"s2\"}");
    described(401, "GET", "/sessions", "");
    described(403, "GET", "/sessions", "/sessions", "", "Authorization", token(false));
    described(200, "GET", "/sessions", "/sessions", "", "Authorization", token(true));
  }

  @Test
  void answersToOperatorsOfPushAreAsDescribed() {
    String push = "/api/v1/push";
    String[] mine = {"Authorization", token(false)};
    String[] operator = {"Authorization", token(true)};
    String message = "{\"user_id\":\"ann\",\"title\":\"t\",\"body\":\"b\"}";
    described(401, "POST", push + "/send", message);
    described(403, "POST", push + "/send", push + "/send", message, mine);
    described(400, "POST", push + "/send", push + "/send", "{}", operator);
    String sent = described(202, "POST", push + "/send", push + "/send", message, operator);
    String id = new JsonObject(sent).getString("notification_id");
    String status = push + "/notifications/";
    described(200, "GET", status + id, status + "{id}", "", operator);
    described(404, "GET", status + "none", status + "{id}", "", operator);
    described(202, "POST", push + "/broadcast", push + "/broadcast", message, operator);
    described(202, "POST", "/v1/push/test", "/v1/push/test", message, mine);
    String letters = push + "/dead-letters";
    described(200, "GET", letters, letters, "", operator);
    described(200, "POST", letters + "/replay", letters + "/replay", "{}", operator);
    String topic = push + "/topics/{topic}/subscribe";
    String tokens = "{\"tokens\":[\"" + "t".repeat(40) + "\"]}";
    described(503, "POST", push + "/topics/news/subscribe", topic, tokens, operator);
    described(200, "GET", push + "/subscriptions", push + "/subscriptions", "", operator);
  }

  @Test
  void answersToOperatorsOfTheClusterAreAsDescribed() {
    String[] mine = {"Authorization", token(false)};
    String[] operator = {"Authorization", token(true)};
    described(200, "GET", "/admin", "");
    described(200, "GET", "/admin/app.js", "/admin/{file}", "");
    described(404, "GET", "/admin/other.js", "/admin/{file}", "");
    String overview = "/api/v1/admin/overview";
    described(401, "GET", overview, "");
    described(403, "GET", overview, overview, "", mine);
    described(200, "GET", overview, overview, "", operator);
    String drain = "/api/v1/admin/nodes/{id}/drain";
    described(401, "POST", "/api/v1/admin/nodes/x/drain", drain, "");
    described(403, "POST", "/api/v1/admin/nodes/x/drain", drain, "", mine);
    described(404, "POST", "/api/v1/admin/nodes/x/drain", drain, "", operator);
    described(413, "POST", "/api/v1/admin/nodes/x/drain", drain, "x".repeat(2_000), operator);
  }

  @Test
  void answersToATeamsBackEndAreAsDescribed() {
    String[] mine = {"Authorization", token(false)};
    String[] operator = {"Authorization", token(true)};
    String live = "/api/v1/live/calls";
    described(200, "GET", live, live, "", operator);
    described(200, "GET", live, live, "", mine);
    described(401, "GET", live, "");
    described(422, "GET", live + "?limit=x", live, "", operator);
    String call = "/api/v1/calls/{callId}";
    described(404, "GET", "/api/v1/calls/none", call, "", operator);
    described(404, "DELETE", "/api/v1/calls/none", call, "", operator);
    String calls = "/api/v1/calls";
    String ring =
        "{\"callerId\":\"ann\",\"calleeId\":\"nobody\",\"callType\":\"audio\",\"requestId\":\"r\"}";
    described(404, "POST", calls, calls, ring, operator);
    described(422, "POST", calls, calls, "{}", operator);
    described(403, "POST", calls, calls, ring.replace("ann", "bob"), mine);
    String user = "/api/v1/users/{userId}";
    described(404, "GET", "/api/v1/users/stranger", user, "", operator);
    described(403, "GET", "/api/v1/users/stranger", user, "", mine);
    String devices =
        "[{\"type\":\"fcm\",\"token\":\"" + "t".repeat(40) + "\",\"deviceId\":\"phone\"}]";
    String own = "/api/v1/users/zoe";
    described(200, "PUT", own + "/devices", user + "/devices", devices, operator);
    described(422, "PUT", own + "/devices", user + "/devices", "{}", operator);
    described(200, "GET", own, user, "", operator);
    described(200, "GET", own + "/export", user + "/export", "", operator);
    described(200, "POST", own + "/disconnect", user + "/disconnect", "", operator);
    described(422, "POST", own + "/revoke", user + "/revoke", "{\"issuedBefore\":true}", operator);
    described(200, "POST", own + "/revoke", user + "/revoke", "", operator);
    described(202, "DELETE", own, user, "", operator);
    described(200, "PUT", "/v1/blocks/bob", "/v1/blocks/{userId}", "", mine);
    described(200, "GET", "/v1/blocks/bob", "/v1/blocks/{userId}", "", mine);
    described(200, "GET", "/v1/blocks", "/v1/blocks", "", mine);
    described(204, "DELETE", "/v1/blocks/bob", "/v1/blocks/{userId}", "", mine);
    described(404, "GET", "/v1/blocks/bob", "/v1/blocks/{userId}", "", mine);
    described(200, "PUT", "/v1/dnd", "/v1/dnd", "{\"until\":\"" + soon() + "\"}", mine);
    described(200, "GET", "/v1/dnd", "/v1/dnd", "", mine);
    described(204, "DELETE", "/v1/dnd", "/v1/dnd", "", mine);
    described(422, "PUT", "/v1/dnd", "/v1/dnd", "{}", mine);
  }

  private static String soon() {
    return Instant.now().plus(Duration.ofHours(1)).toString();
  }

  @Test
  void answersAboutRoomsAreAsDescribed() {
    String rooms = "/api/rooms";
    String code = "{\"joinid\":\"j1\",\"client1\":\"a\",\"expiresInSeconds\":60}";
    String acceptance = "{\"joinid\":\"j1\",\"client2\":\"b\",\"client2_token\":\"secret-token\"}";
    described(201, "POST", rooms, code);
    described(409, "POST", rooms, code);
    described(400, "POST", rooms, "nope");
    described(413, "POST", rooms, "x".repeat(20_000));
    described(204, "POST", rooms + "/check", code);
    String accepted = described(200, "POST", rooms + "/accept", acceptance);
    described(409, "POST", rooms + "/accept", acceptance);
    described(404, "POST", rooms + "/accept", acceptance.replace("j1", "j2"));
    described(200, "POST", rooms + "/check", code);
    String roomId = new JsonObject(accepted).getString("roomid");
    described(200, "GET", rooms + "?roomid=" + roomId, "");
    described(404, "GET", rooms + "?roomid=x", "");
    described(400, "GET", rooms, "");
    described(200, "DELETE", rooms, "{\"roomid\":\"" + roomId + "\"}");
    described(200, "POST", "/api/user/purge", "{\"deviceId\":\"a\"}");
    described(400, "POST", "/api/user/purge", "{\"deviceIds\":[1]}");
    described(410, "GET", rooms + "/x", rooms + "/{roomid}", "");
    described(410, "POST", rooms + "/x/accept", rooms + "/{roomid}/accept", "{}");
    described(401, "GET", "/rooms", "");
    described(403, "GET", "/rooms", "/rooms", "", "Authorization", token(false));
    described(200, "GET", "/rooms", "/rooms", "", "Authorization", token(true));
  }

  /** Of each body the description and the code say the same: whether it is in order. */
  @Test
  void roomsRefuseJustWhatTheDescriptionRefuses() {
    List<Object> values =
        List.of(
            "x",
            "",
            5,
            0,
            60,
            86_401,
            1.5,
            true,
            List.of(),
            Map.of(),
            "ios",
            "web",
            "x".repeat(129),
            "x".repeat(257),
            "x".repeat(4_097),
            "a\u0000b",
            "\ud83d\ude00");
    for (String path : List.of("/api/rooms", "/api/rooms/accept", "/api/rooms/check")) {
      JsonObject schema =
          ApiDescription.OPENAPI.part(
              "paths", path, "post", "requestBody", "content", "application/json", "schema");
      var validator = SCHEMAS.validator(JsonSchema.of(schema));
      JsonObject good =
          new JsonObject()
              .put("joinid", "j")
              .put("client1", "a")
              .put("client2", "b")
              .put("expiresInSeconds", 60);
      for (String field : schema.getJsonObject("properties").fieldNames()) {
        JsonObject without = good.copy();
        without.remove(field);
        assertAgreed(path, validator.validate(without).getValid(), without);
        for (Object value : values) {
          JsonObject body = new JsonObject(good.copy().put(field, value).encode());
          assertAgreed(path, validator.validate(body).getValid(), body);
        }
      }
    }
  }

  private static void assertAgreed(String path, boolean valid, JsonObject body) {
    HttpResponse<String> answer = send("POST", path, body.encode());
    assertThat(answer.statusCode() != 400).as(path + " " + body + answer.body()).isEqualTo(valid);
  }
}
