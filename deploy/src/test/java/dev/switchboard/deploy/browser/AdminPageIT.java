package dev.switchboard.deploy.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Somebody on duty in Chromium, on the port of one of two nodes with roles apart. What must be made
 * up, such as names that no client may have, is put into answers on their way.
 */
class AdminPageIT {
  private static final String KEY = "the key of a team's back end";
  private static final String READER = "a key that only looks";
  private static final String IMAGE = "<img src=x onerror='window.pwned = true'>";
  private static final String BACKWARDS = "\u202Egnp.live \u05E2\u05D1\u05E8\u05D9\u05EA";
  private static final String LONG = "x".repeat(10_000);

  @RegisterExtension static final PageFixture fixture = new PageFixture();

  private static Nodes nodes;
  private static String origin;
  private static Browser browser;
  private static String operator;

  private final AdminPage admin = AdminPage.open(browser);

  @BeforeAll
  static void start() {
    RealRedis.flush();
    nodes =
        fixture.keep(
            Nodes.start(
                Map.of(
                    "ADMIN",
                    "on",
                    "API_KEYS",
                    "team:" + sha256(KEY) + ",reader:" + sha256(READER) + ":read",
                    "TURN_SERVER_URL",
                    "turn:127.0.0.1:" + RealRedis.freePort() + "?transport=tcp",
                    "TURN_STATIC_SECRET",
                    "of a relay that is away"),
                "signaling,rooms",
                "push,ice"));
    origin = nodes.management(0).toString();
    operator = nodes.token("op");
    browser = fixture.chromium();
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void nothingWasRefusedOrThrown() {
    assertThat(admin.faults()).isEmpty();
    admin.close();
  }

  private static void answer(Route route, JsonObject body) {
    route.fulfill(
        new Route.FulfillOptions().setContentType("application/json").setBody(body.encode()));
  }

  @Test
  void badTokenIsRefusedAndNotKept() {
    admin.show(origin, "no token at all");
    admin.await("#sign-in-error:has-text('does not take')");
    admin.show(origin, userToken());
    admin.await("#sign-in-error:has-text('no operator')");
    assertThat(admin.page().evaluate("() => sessionStorage.length")).isEqualTo(0);
  }

  private static String userToken() {
    URI node = nodes.node(0).url();
    return Nodes.json(node, "/dev/token?userId=ann").getString("token");
  }

  @Test
  void tokenStaysInTheTabAndOutOfTheAddress() {
    admin.signIn(origin, operator).tab("calls");
    admin.page().reload();
    admin.await("#home:not([hidden])");
    assertThat(admin.page().url()).isEqualTo(origin + "/admin#calls");
    assertThat(admin.page().evaluate("() => localStorage.length + document.cookie.length"))
        .isEqualTo(0);
    admin.page().click("#sign-out");
    admin.await("#welcome:not([hidden])");
    assertThat(admin.page().evaluate("() => sessionStorage.length")).isEqualTo(0);
  }

  @Test
  void bothNodesAndTheDeadRelayAreShownFromEitherPort() {
    admin.signIn(origin, KEY);
    admin.await("#nodes li:has-text('signaling')");
    admin.await("#nodes li:has-text('push')");
    admin.await("#relays li:has-text('transport=tcp') .pill.bad:has-text('dead')");
    admin.await("#status.critical:has-text('misses its probes')");
    admin.await("#problems li:has-text('misses its probes')");
    admin.await("#lanes tr:has-text('Rings')");
    admin.await("#providers li:has-text('mock')");
  }

  @Test
  void deadLetterOfAnotherNodesRoleIsReplayed() {
    bury("fcm:" + IMAGE, BACKWARDS);
    admin.signIn(origin, operator).tab("letters");
    admin.await("#pushes li:has-text('<img src=x')");
    AtomicInteger asked = new AtomicInteger();
    admin
        .page()
        .route(
            "**/api/v1/push/dead-letters/replay",
            route -> {
              asked.incrementAndGet();
              route.resume();
            });
    admin.page().click("#pushes li button");
    admin.await("#notice:not(:empty)");
    assertThat(asked).hasValue(1);
    assertThat(admin.page().evaluate("() => window.pwned")).isNull();
    assertThat(admin.page().textContent("#notice")).isEqualTo("One is on its way again.");
    admin.page().mouse().move(0, 0);
    admin.page().focus("#tab-letters");
    admin.awaitTrue("() => !document.querySelector('#no-pushes').hidden");
  }

  /** Puts a dead letter there whose device and reason are such as no provider would name. */
  private static void bury(String device, String reason) {
    Vertx vertx = Vertx.vertx();
    Request letter =
        Request.cmd(Command.XADD)
            .arg("push:dead")
            .arg("*")
            .arg("id")
            .arg("n1")
            .arg("cause")
            .arg("custom")
            .arg("data")
            .arg("{\"title\":\"t\",\"body\":\"b\"}")
            .arg("createdAt")
            .arg(1)
            .arg("deadline")
            .arg(Long.MAX_VALUE / 2)
            .arg("targets")
            .arg("[\"fcm:0\"]")
            .arg("device")
            .arg(device)
            .arg("reason")
            .arg(reason)
            .arg("attempts")
            .arg(6);
    Await.await(Redis.createClient(vertx, RealRedis.url()).send(letter));
    Await.await(vertx.close());
  }

  @Test
  void nodeThatIsDrainedEndsInOrderAndIsGone() {
    SwitchboardProcess extra = nodes.join("push");
    admin.signIn(origin, KEY);
    String row = "#nodes li:has-text(':" + extra.url().getPort() + "')";
    admin.await(row + " .pill:has-text('ready')");
    admin.page().click(row + " button");
    admin.confirm();
    extra.awaitExit();
    assertThat(extra.exitCode()).isZero();
    assertThat(extra.log()).contains("draining, by order of key:team");
    admin.page().mouse().move(0, 0);
    admin.page().focus("#tab-now");
    admin.awaitTrue("() => document.querySelectorAll('#nodes li').length === 2");
  }

  @Test
  void pageIsWholeOnTheNodeOfAnyRole() {
    for (int node : new int[] {0, 1}) {
      assertThat(as(operator, node, "/api/v1/calls").statusCode()).isEqualTo(200);
      assertThat(as(operator, node, "/api/v1/push/dead-letters").statusCode()).isEqualTo(200);
      HttpResponse<String> unknown = as(operator, node, "/api/v1/nothing");
      assertThat(unknown.statusCode()).isEqualTo(404);
      assertThat(as("no token", node, "/api/v1/push/dead-letters").statusCode()).isEqualTo(401);
      assertThat(as(READER, node, "/api/v1/push/dead-letters").statusCode()).isEqualTo(403);
    }
  }

  private static HttpResponse<String> as(String token, int node, String path) {
    return Nodes.send(
        HttpRequest.newBuilder(nodes.management(node).resolve(path))
            .header("Authorization", "Bearer " + token));
  }

  @Test
  void pageIsOnNoOtherPortAndInNoFrame() {
    assertThat(Nodes.status(nodes.node(0).url(), "/admin")).isEqualTo(404);
    assertThat(Nodes.status(nodes.node(0).url(), "/api/v1/admin/overview")).isEqualTo(404);
    HttpHeaders headers = as("none", 0, "/admin").headers();
    assertThat(headers.firstValue("content-security-policy").orElse(""))
        .contains("default-src 'none'")
        .contains("frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(headers.firstValue("cache-control")).contains("no-store");
    assertThat(as(operator, 0, "/api/v1/admin/overview").headers().firstValue("cache-control"))
        .contains("no-store");
    assertThat(as(operator, 0, "/api/v1/calls").headers().firstValue("cache-control"))
        .contains("no-store");
  }

  @Test
  void keyWithoutScopeIsToldSo() {
    admin.signIn(origin, READER).tab("letters");
    admin.await("#pushes-error:has-text(\"no scope 'push'\")");
  }

  private static JsonObject call(int number, String caller, String callee) {
    return new JsonObject()
        .put("callId", "call-" + number)
        .put("callerId", caller)
        .put("calleeId", callee)
        .put("callType", "video")
        .put("state", "ringing")
        .put("createdAt", 1_000 * number);
  }

  @Test
  void hostileNamesAreText() {
    JsonArray calls =
        new JsonArray()
            .add(call(1, IMAGE, "bob"))
            .add(call(2, BACKWARDS, LONG))
            .add(call(3, "ann", "bob"));
    admin
        .page()
        .route(
            "**/api/v1/live/calls*", route -> answer(route, new JsonObject().put("calls", calls)));
    admin.signIn(origin, operator).tab("calls");
    admin.await("#calls li:nth-child(3)");
    assertThat(admin.page().textContent("#calls li:nth-child(1) .parties")).contains(IMAGE);
    assertThat(admin.page().evaluate("() => window.pwned")).isNull();
    assertThat(admin.page().querySelectorAll("#calls img")).isEmpty();
    assertThat(
            admin
                .page()
                .evaluate(
                    "() => getComputedStyle(document.querySelector('#calls bdi')).unicodeBidi"))
        .isEqualTo("isolate");
    assertThat(admin.page().evaluate("() => document.documentElement.scrollWidth <= innerWidth"))
        .isEqualTo(true);
  }

  @Test
  void rowsStayUnderThePointer() {
    JsonArray calls = new JsonArray().add(call(1, "ann", "bob")).add(call(2, "cat", "dan"));
    admin
        .page()
        .route(
            "**/api/v1/live/calls*", route -> answer(route, new JsonObject().put("calls", calls)));
    admin.signIn(origin, operator).tab("calls");
    admin.await("#calls li:nth-child(2)");
    admin.page().hover("#calls li:nth-child(2)");
    calls.remove(0);
    admin.await("#calls li:nth-child(1).gone");
    assertThat(admin.page().textContent("#calls li:nth-child(2)")).contains("cat");
    admin.page().mouse().move(0, 0);
    admin.awaitTrue("() => document.querySelectorAll('#calls li').length === 1");
  }

  private static JsonObject step(long at, String name, String device, String why) {
    return new JsonObject()
        .put("at", 1_795_886_584_000L + at)
        .put("node", "a1")
        .put("step", name)
        .put("userId", "bob")
        .put("deviceId", device)
        .put("why", why);
  }

  @Test
  void timelineIsDrawnOnOneAxisAndSaidInATable() {
    JsonObject timeline =
        new JsonObject()
            .put("callId", "c1")
            .put(
                "steps",
                new JsonArray()
                    .add(step(0, "initiated", null, null))
                    .add(step(10, "push_queued", IMAGE, null))
                    .add(step(200, "push_failed", IMAGE, "BadDeviceToken"))
                    .add(step(45_000, "timed_out", null, "no_answer")))
            .put("verdict", new JsonArray().add(IMAGE + ": APNs said BadDeviceToken"));
    admin.page().route("**/api/v1/calls/c1/timeline", route -> answer(route, timeline));
    admin.page().route("**/api/v1/calls/c1", route -> answer(route, call(1, "ann", "bob")));
    admin.signIn(origin, operator).tab("call");
    admin.page().fill("#call-id", "c1");
    admin.page().keyboard().press("Enter");
    admin.await("#chart svg .dot:nth-of-type(1)");
    assertThat(admin.page().querySelectorAll("#chart .dot")).hasSize(4);
    assertThat(admin.page().querySelectorAll("#steps tr")).hasSize(4);
    assertThat(admin.page().textContent("#verdicts")).contains("BadDeviceToken");
    assertThat(admin.page().evaluate(CENTRES)).isEqualTo(true);
    assertThat(admin.page().evaluate("() => window.pwned")).isNull();
    assertThat(admin.page().url()).endsWith("/admin#call/c1");
  }

  /** Whether dots stand in the order of their times. */
  private static final String CENTRES =
      """
      () => {
        const at = [...document.querySelectorAll('#chart .dot')]
            .sort((a, b) => a.dataset.step - b.dataset.step)
            .map((dot) => Number(dot.querySelector('circle').getAttribute('cx')));
        return at.every((x, i) => i === 0 || x >= at[i - 1]) && at[0] < at.at(-1);
      }
      """;

  @Test
  void pageThatIsHiddenAsksNothing() {
    admin.signIn(origin, operator);
    AtomicInteger asked = new AtomicInteger();
    admin
        .page()
        .route(
            "**/api/v1/admin/overview",
            route -> {
              asked.incrementAndGet();
              route.resume();
            });
    admin.page().clock().install();
    admin.page().evaluate(HIDE, true);
    int before = asked.get();
    admin.page().clock().runFor(60_000);
    assertThat(asked.get()).isLessThanOrEqualTo(before + 1);
    admin.page().evaluate(HIDE, false);
    admin.awaitTrue("() => document.getElementById('updated').textContent !== ''");
  }

  private static final String HIDE =
      """
      (hidden) => {
        Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }
      """;

  @Test
  void tabsAreReachedByTheKeyboard() {
    admin.signIn(origin, operator);
    admin.page().focus("#tab-now");
    admin.page().keyboard().press("ArrowLeft");
    admin.await("#panel-letters:not([hidden])");
    admin.page().keyboard().press("Home");
    admin.await("#panel-now:not([hidden])");
    admin.page().keyboard().press("/");
    admin.awaitTrue("() => document.activeElement.id === 'call-id'");
  }

  @Test
  void smallDarkScreenHoldsItAll() {
    try (AdminPage phone = AdminPage.open(browser, 390, 844, ColorScheme.DARK)) {
      phone.signIn(origin, operator);
      phone.await("#nodes li:nth-child(2)");
      for (String tab : new String[] {"calls", "call", "user", "letters", "now"}) {
        phone.tab(tab);
        assertThat(
                phone.page().evaluate("() => document.documentElement.scrollWidth <= innerWidth"))
            .as(tab)
            .isEqualTo(true);
      }
      assertThat(phone.page().evaluate("() => getComputedStyle(document.body).backgroundColor"))
          .isEqualTo("rgb(14, 21, 20)");
      assertThat(phone.faults()).isEmpty();
    }
  }
}
