package dev.switchboard.deploy.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Route;
import dev.switchboard.deploy.testing.Coturn;
import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.Sites;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two browsers in two networks, and a relay between them that runs as in production. */
class BlockedPathIT {
  private static final String SECRET = "a-secret-of-product-and-relay-0123456789";

  @RegisterExtension static final PageFixture fixture = new PageFixture();

  private static Sites sites;
  private static Coturn relay;
  private static SwitchboardProcess server;
  private static URI url;
  private static Browser atA;
  private static Browser atB;

  @BeforeAll
  static void start() {
    sites = fixture.keep(Sites.open());
    relay =
        fixture.keep(
            Coturn.start(
                Map.of("TURN_STATIC_SECRET", SECRET, "TURN_LISTEN_IP", Sites.HUB),
                Coturn.Peers.AS_IN_PRODUCTION,
                sites.inHub()));
    server =
        fixture.server(
            Map.of(
                "STUN_SERVER_URL",
                "stun:" + Sites.HUB + ":" + relay.port(),
                "TURN_SERVER_URL",
                relay.url(),
                "TURN_STATIC_SECRET",
                SECRET));
    url = URI.create("http://" + Sites.HERE + ":" + server.url().getPort());
    atA = browser("a");
    atB = browser("b");
  }

  @Test
  void relayIsTakenWhereTheDirectPathIsBlockedAndOnlyThere() {
    call("Relayed");

    sites.reachEachOther(true);

    call("Direct");
  }

  private static void call(String path) {
    try (CallPage ada = page(atA, "ada");
        CallPage bob = page(atB, "bob")) {
      ada.call("bob", bob);
      bob.accept();
      ada.awaitPlaying();
      bob.awaitPlaying();
      ada.awaitPath(path, "", "");
      assertThat(ada.page().isChecked("#relay-only")).isFalse();
      ada.hangUp();
    }
  }

  private static Browser browser(String site) {
    return fixture.chromium(
        sites.launcher(site, PageFixture.CHROMIUM.toString()),
        // A camera needs a secure context, which an address without TLS is not.
        "--unsafely-treat-insecure-origin-as-secure=" + url);
  }

  /** Signs in with a token that this machine fetched: the server gives them to loopback alone. */
  private static CallPage page(Browser browser, String name) {
    CallPage page = fixture.window(browser);
    page.page()
        .route(
            "**/dev/token?*",
            route -> route.fulfill(new Route.FulfillOptions().setBody(token(name))));
    return page.signIn(url, name);
  }

  private static String token(String name) {
    return Nodes.send(HttpRequest.newBuilder(server.url().resolve("/dev/token?userId=" + name)))
        .body();
  }
}
