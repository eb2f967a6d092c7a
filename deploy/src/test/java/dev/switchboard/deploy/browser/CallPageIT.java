package dev.switchboard.deploy.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import dev.switchboard.deploy.testing.RunningServer;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two people in two browser windows, each with a fake camera, against the packaged server. */
class CallPageIT {
  @RegisterExtension static final PageFixture fixture = new PageFixture();

  private static RunningServer server;
  private static Browser browser;

  private CallPage ada;
  private CallPage bob;

  @BeforeAll
  static void start() {
    // On a busy machine a restart with both databases takes longer than people would wait.
    server = fixture.server(Map.of("APP_ENV", "development", "CALL_RECONNECT_GRACE", "2m"));
    browser = fixture.chromium();
  }

  @BeforeEach
  void signIn() {
    ada = fixture.window(browser).signIn(server.url(), "ada");
    bob = fixture.window(browser).signIn(server.url(), "bob");
  }

  @Test
  void videoPlaysOnBothSidesAndHangUpShowsOnBoth() {
    adaCallsBob();
    bob.accept();
    ada.awaitPlaying();
    bob.awaitPlaying();

    ada.hangUp();

    bob.awaitState("ready");
    ada.awaitHidden("#call");
    bob.awaitHidden("#call");
    assertThat(ada.text("#notice")).isEqualTo("Call with bob ended.");
    assertThat(bob.text("#notice")).isEqualTo("ada hung up.");
    ada.page().waitForSelector("#history li:has-text('bob')");
    bob.page().waitForSelector("#history li:has-text('ada')");
  }

  @Test
  void whatLiesUnderACallIsOutOfReach() {
    adaCallsBob();
    bob.accept();
    ada.awaitState("connected");
    ada.awaitTrue("() => document.querySelector('main').inert");
    ada.hangUp();
    ada.awaitTrue("() => !document.querySelector('main').inert");
  }

  @Test
  void secondWindowOfTheSameSessionTakesOver() {
    Page second = ada.page().waitForPopup(() -> ada.page().evaluate("() => void open('/')"));
    second.waitForFunction("() => window.__switchboard?.state === 'ready'");
    ada.page().waitForSelector("#link:has-text('You went on in another window')");
    bob.page().fill("#dial", "ada");
    bob.page().click("#dial-video");
    second.waitForSelector("#incoming[open]");
    second.click("#decline");
    bob.awaitState("ready");
  }

  @Test
  void declinedCallIsSaidToTheCaller() {
    adaCallsBob();

    bob.page().click("#decline");

    ada.awaitState("ready");
    bob.awaitState("ready");
    bob.awaitHidden("#incoming");
    assertThat(ada.text("#notice")).isEqualTo("bob declined.");
  }

  @Test
  void callSurvivesRestartOfTheServer() {
    adaCallsBob();
    bob.accept();
    ada.awaitPlaying();
    bob.awaitPlaying();
    String callId = ada.callId();

    server.restart();

    ada.awaitTrue("() => __switchboard.linkUp");
    bob.awaitTrue("() => __switchboard.linkUp");
    ada.awaitPlaying();
    bob.awaitPlaying();
    assertThat(ada.callId()).isEqualTo(callId);
    assertThat(bob.callId()).isEqualTo(callId);

    // The signaling path is whole again too, not only the media that never needed it.
    bob.hangUp();
    ada.awaitState("ready");
    assertThat(ada.text("#notice")).isEqualTo("bob hung up.");
  }

  private void adaCallsBob() {
    ada.page().click("[data-user='bob'] .call-video");
    bob.page().waitForSelector("#incoming[open]");
  }
}
