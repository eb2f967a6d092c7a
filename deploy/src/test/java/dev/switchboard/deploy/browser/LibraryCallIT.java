package dev.switchboard.deploy.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import dev.switchboard.deploy.testing.Coturn;
import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Calls between Chromium and Firefox by the client library, in a page of another origin. */
class LibraryCallIT {
  private static final String SECRET = "a-secret-of-product-and-relay-0123456789";

  @RegisterExtension static final PageFixture fixture = new PageFixture();

  /** A way that is found before the candidate comes that names it counts as {@code srflx}. */
  private static final Set<String> DIRECT = Set.of("host", "srflx");

  /** A picture that stops at the third has not been seen to move at the fourth. */
  private static final int RENEWALS = Integer.getInteger("switchboard.call.renewals", 4);

  private static AppPage app;
  private static SwitchboardProcess server;
  private static Browser chromium;

  @BeforeAll
  static void start() {
    app = fixture.keep(new AppPage());
    Coturn relay =
        fixture.keep(Coturn.start(Map.of("TURN_STATIC_SECRET", SECRET), Coturn.Peers.LOOPBACK_TOO));
    server =
        fixture.server(
            Map.of(
                "STUN_SERVER_URL",
                "stun:127.0.0.1:" + relay.port(),
                "TURN_SERVER_URL",
                relay.url(),
                "TURN_STATIC_SECRET",
                SECRET,
                "TURN_CALL_TTL",
                "16",
                "CORS_ORIGIN",
                app.origin()));
    chromium = fixture.chromium("--disable-features=WebRtcHideLocalIpsWithMdns");
  }

  @Test
  void chromiumCallsFirefoxDirectly() {
    inFirefox("fay", "", false);
    inChromium("cora", "fay", false);
    callIsSeenOnBothSides("cora", "fay", DIRECT, 0);
  }

  @Test
  void firefoxCallsChromiumByTheRelayAloneOverRenewals() {
    inFirefox("finn", "carl", true);
    inChromium("carl", "", true);
    callIsSeenOnBothSides("finn", "carl", Set.of("relay"), RENEWALS);
  }

  private static void inFirefox(String me, String calls, boolean relayOnly) {
    fixture.keep(new Firefox(app.address(server.url(), me, calls, relayOnly)));
  }

  private static void inChromium(String me, String calls, boolean relayOnly) {
    fixture.window(chromium).page().navigate(app.address(server.url(), me, calls, relayOnly));
  }

  private static void callIsSeenOnBothSides(
      String caller, String callee, Set<String> paths, int renewals) {
    app.await(caller, "up", true);
    app.await(callee, "up", true);
    app.order(caller, "call");
    app.awaitPicture(caller, callee, renewals);
    app.awaitPicture(callee, caller, renewals);
    app.order(callee, "hang up");
    app.await(caller, "ended", "hangup");
    app.awaitOneOf(caller, "path", paths);
    app.awaitOneOf(callee, "path", paths);
    Await.until(
        () -> paths.contains(path(caller, "caller")) && paths.contains(path(caller, "callee")), 30);
  }

  /** By which path the record of somebody's last call says that a side had the other. */
  private static String path(String userId, String side) {
    String token =
        new JsonObject(
                Nodes.send(
                        HttpRequest.newBuilder(server.url().resolve("/dev/token?userId=" + userId)))
                    .body())
            .getString("token");
    var history =
        Nodes.send(
            HttpRequest.newBuilder(server.url().resolve("/api/v1/calls"))
                .header("Authorization", "Bearer " + token));
    assertThat(history.statusCode()).isEqualTo(200);
    var calls = new JsonObject(history.body()).getJsonArray("calls");
    JsonObject quality = calls.isEmpty() ? null : calls.getJsonObject(0).getJsonObject("quality");
    JsonObject report = quality == null ? null : quality.getJsonObject(side);
    return report == null ? "" : report.getString("path");
  }
}
