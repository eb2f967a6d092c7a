package dev.switchboard.deploy.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitUntilState;
import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.RunningServer;
import dev.switchboard.shared.testing.Await;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A page that is left by a link, and kept by the browser for who comes back. */
class LeftPageIT {
  @RegisterExtension static final PageFixture fixture = new PageFixture();

  private static RunningServer server;
  private static Browser browser;

  @BeforeAll
  static void start() {
    server = fixture.server(Map.of("APP_ENV", "development"));
    browser = fixture.chromiumThatKeepsPages();
  }

  private static String present() {
    return Nodes.text(server.url(), "/dev/users");
  }

  @Test
  void nobodyIsThereUntilThePageIsBack() {
    CallPage ada = fixture.window(browser).signIn(server.url(), "ada");
    Await.until(() -> present().contains("ada"));
    ada.page().evaluate("() => { window.kept = true; }");

    ada.page().navigate(server.url() + "/docs");

    Await.until(() -> !present().contains("ada"));
    CallPage bob = fixture.window(browser).signIn(server.url(), "bob");
    bob.page().fill("#dial", "ada");
    bob.page().click("#dial-video");
    bob.page().waitForSelector("#notice:has-text('ada')");
    bob.awaitState("ready");

    // A page out of the cache is not loaded again.
    ada.page().goBack(new Page.GoBackOptions().setWaitUntil(WaitUntilState.COMMIT));

    ada.awaitState("ready");
    assertThat(ada.page().evaluate("() => window.kept")).isEqualTo(true);
    assertThat(present()).contains("ada");
    bob.call("ada", ada);
    ada.accept();
    ada.awaitPlaying();
    bob.awaitPlaying();
    bob.hangUp();
  }
}
