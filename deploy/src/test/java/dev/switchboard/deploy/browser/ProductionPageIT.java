package dev.switchboard.deploy.browser;

import static dev.switchboard.deploy.browser.CallBrowser.awaitPlaying;
import static dev.switchboard.deploy.browser.CallBrowser.awaitState;
import static dev.switchboard.deploy.browser.CallBrowser.awaitTrue;

import com.microsoft.playwright.Page;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import dev.switchboard.shared.auth.JwtSettings;
import dev.switchboard.shared.auth.TokenIssuer;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page in production ({@code DEMO=on}): people sign in with a token that they paste. */
class ProductionPageIT {
  private static final String SECRET = "a secret for tests that is long enough";
  private static SwitchboardProcess server;
  private static CallBrowser browser;

  @BeforeAll
  static void start() {
    server =
        SwitchboardProcess.start(
            Map.ofEntries(
                Map.entry("APP_ENV", "production"),
                Map.entry("HOST", "127.0.0.1"),
                Map.entry("DEMO", "on"),
                Map.entry("CORS_ORIGIN", "https://app.example"),
                Map.entry("REDIS_URL", RealRedis.url()),
                Map.entry("DATABASE_URL", RealPostgres.newDatabase()),
                Map.entry("JWT_SECRET", SECRET),
                Map.entry("SECRETS_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
                Map.entry("TURN_SERVER_URL", "turn:127.0.0.1:9?transport=tcp"),
                Map.entry("TURN_STATIC_SECRET", "a secret shared with nobody"),
                Map.entry("TURN_CALL_TTL", "8")));
    browser = new CallBrowser();
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private static String token(String userId, Duration life) {
    Vertx vertx = Vertx.vertx();
    try {
      JwtSettings jwt = JwtSettings.from(Settings.of(Map.of("JWT_SECRET", SECRET)));
      return new TokenIssuer(vertx, jwt, InstantSource.system()).issue(userId, false, life);
    } finally {
      Await.await(vertx.close());
    }
  }

  private static Page signedIn(String userId, Duration life) {
    Page page = browser.open(server.url() + "/");
    page.fill("#token", token(userId, life));
    page.click("#sign-in");
    awaitState(page, "ready");
    return page;
  }

  @Test
  void callWithPastedTokensPlaysOnWhenItsRelayCredentialsAreRenewed() {
    Page ada = signedIn("ada", Duration.ofHours(1));
    Page bob = signedIn("bob", Duration.ofHours(1));
    ada.fill("#dial", "bob");
    ada.click("#dial-video");
    bob.waitForSelector("#incoming[open]");
    bob.click("#accept");
    awaitPlaying(ada);
    awaitPlaying(bob);
    String relayUser =
        "__switchboard.pc?.getConfiguration().iceServers.find(one => one.username)?.username";
    for (Page page : new Page[] {ada, bob}) {
      page.evaluate("() => { window.firstUser = " + relayUser + "; }");
      awaitTrue(page, "() => " + relayUser + " && " + relayUser + " !== window.firstUser");
      awaitPlaying(page);
    }
  }

  @Test
  void tokenThatEndsIsSaidAndSignsOut() {
    Page ada = signedIn("eve", Duration.ofSeconds(20));
    awaitTrue(ada, "() => document.getElementById('notice').textContent.includes('about to')");
    awaitState(ada, "signed-out");
    ada.waitForSelector("#token");
  }
}
