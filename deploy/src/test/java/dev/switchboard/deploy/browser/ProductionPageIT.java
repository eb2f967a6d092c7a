package dev.switchboard.deploy.browser;

import com.microsoft.playwright.Browser;
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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The page in production ({@code DEMO=on}): people sign in with a token that they paste. */
class ProductionPageIT {
  private static final String RELAY_USER =
      "__switchboard.pc?.getConfiguration().iceServers.find(one => one.username)?.username";
  private static final String SECRET = "a secret for tests that is long enough";

  @RegisterExtension static final PageFixture fixture = new PageFixture();

  private static SwitchboardProcess server;
  private static Browser browser;

  @BeforeAll
  static void start() {
    server =
        fixture.server(
            Map.ofEntries(
                Map.entry("APP_ENV", "production"),
                Map.entry("HOST", "127.0.0.1"),
                Map.entry("DEMO", "on"),
                Map.entry("CORS_ORIGIN", "https://app.example"),
                Map.entry("REDIS_URL", RealRedis.url()),
                Map.entry("DATABASE_URL", RealPostgres.newDatabase()),
                Map.entry("JWT_SECRET", SECRET),
                Map.entry("SECRETS_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
                Map.entry("TURN_SERVER_URL", "turn:127.0.0.1:3470?transport=tcp"),
                Map.entry("TURN_STATIC_SECRET", "a secret shared with nobody"),
                Map.entry("TURN_CALL_TTL", "8")));
    browser = fixture.chromium();
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

  private static CallPage signedIn(String userId, Duration life) {
    return fixture.window(browser).signInWith(server.url(), token(userId, life));
  }

  @Test
  void callWithPastedTokensPlaysOnWhenItsRelayCredentialsAreRenewed() {
    try (CallPage ada = signedIn("ada", Duration.ofHours(1));
        CallPage bob = signedIn("bob", Duration.ofHours(1))) {
      ada.call("bob", bob);
      bob.accept();
      ada.awaitPlaying();
      bob.awaitPlaying();
      for (CallPage one : List.of(ada, bob)) {
        one.page().evaluate("() => { window.firstUser = " + RELAY_USER + "; }");
        one.awaitTrue("() => " + RELAY_USER + " && " + RELAY_USER + " !== window.firstUser");
        one.awaitPlaying();
      }
    }
  }

  @Test
  void tokenThatEndsIsSaidAndSignsOut() {
    try (CallPage eve = signedIn("eve", Duration.ofSeconds(20))) {
      eve.awaitTrue("() => document.getElementById('notice').textContent.includes('about to')");
      eve.awaitState("signed-out");
      eve.page().waitForSelector("#token");
    }
  }
}
