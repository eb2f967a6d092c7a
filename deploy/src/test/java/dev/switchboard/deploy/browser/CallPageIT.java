package dev.switchboard.deploy.browser;

import static dev.switchboard.deploy.browser.CallBrowser.awaitHidden;
import static dev.switchboard.deploy.browser.CallBrowser.awaitPlaying;
import static dev.switchboard.deploy.browser.CallBrowser.awaitState;
import static dev.switchboard.deploy.browser.CallBrowser.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.switchboard.deploy.testing.RunningServer;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two people in two browser windows, each with a fake camera, against the packaged server. */
class CallPageIT {
  private static RunningServer server;
  private static CallBrowser browser;

  private Page ada;
  private Page bob;

  @BeforeAll
  static void start() {
    server = SwitchboardProcess.start(Map.of("APP_ENV", "development"));
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

  @BeforeEach
  void signIn() {
    ada = signedIn("ada");
    bob = signedIn("bob");
  }

  @AfterEach
  void leave() {
    ada.context().close();
    bob.context().close();
  }

  @Test
  void videoPlaysOnBothSidesAndHangUpShowsOnBoth() {
    adaCallsBob();
    bob.click("#accept");
    awaitPlaying(ada);
    awaitPlaying(bob);

    ada.click("#hang-up");

    awaitState(ada, "ready");
    awaitState(bob, "ready");
    awaitHidden(ada, "#call");
    awaitHidden(bob, "#call");
    assertThat(ada.textContent("#notice")).isEqualTo("Call with bob ended.");
    assertThat(bob.textContent("#notice")).isEqualTo("ada hung up.");
    awaitTrue(ada, "() => document.querySelector('#history li b')?.textContent === 'bob'");
    awaitTrue(bob, "() => document.querySelector('#history li b')?.textContent === 'ada'");
  }

  @Test
  void secondWindowOfOneDeviceTakesOverAndTheFirstSaysSo() {
    Object kept = ada.evaluate("() => sessionStorage.getItem('switchboard.session')");
    Page second = browser.open(server.url() + "/");
    second.evaluate("kept => sessionStorage.setItem('switchboard.session', kept)", kept);
    second.reload();
    awaitState(second, "ready");
    awaitTrue(
        ada, "() => document.getElementById('link').textContent.includes('in another window')");
    bob.click("[data-user='ada'] .call-audio");
    second.waitForSelector("#incoming[open]");
    second.context().close();
  }

  @Test
  void declinedCallIsSaidToTheCaller() {
    adaCallsBob();

    bob.click("#decline");

    awaitState(ada, "ready");
    awaitState(bob, "ready");
    awaitHidden(bob, "#incoming");
    assertThat(ada.textContent("#notice")).isEqualTo("bob declined.");
  }

  @Test
  void callSurvivesRestartOfTheServer() {
    adaCallsBob();
    bob.click("#accept");
    awaitPlaying(ada);
    awaitPlaying(bob);
    Object callId = ada.evaluate("() => __switchboard.callId");

    server.restart();

    awaitTrue(ada, "() => __switchboard.linkUp");
    awaitTrue(bob, "() => __switchboard.linkUp");
    awaitPlaying(ada);
    awaitPlaying(bob);
    assertThat(ada.evaluate("() => __switchboard.callId")).isEqualTo(callId);
    assertThat(bob.evaluate("() => __switchboard.callId")).isEqualTo(callId);

    // The signaling path is whole again too, not only the media that never needed it.
    bob.click("#hang-up");
    awaitState(ada, "ready");
    assertThat(ada.textContent("#notice")).isEqualTo("bob hung up.");
  }

  private static Page signedIn(String name) {
    Page page = browser.open(server.url() + "/");
    page.fill("#name", name);
    page.click("#sign-in");
    awaitState(page, "ready");
    return page;
  }

  private void adaCallsBob() {
    ada.click("[data-user='bob'] .call-video");
    bob.waitForSelector("#incoming[open]");
  }
}
