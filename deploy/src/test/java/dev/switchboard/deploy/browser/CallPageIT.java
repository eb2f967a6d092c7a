package dev.switchboard.deploy.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.WaitForSelectorState;
import dev.switchboard.deploy.testing.RunningServer;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two people in two browser windows, each with a fake camera, against the packaged server. */
class CallPageIT {
  private static final double WAIT_MILLIS = 20_000;
  private static final int FRAMES_THAT_COUNT_AS_PLAYING = 15;

  private static RunningServer server;
  private static Playwright playwright;
  private static Browser browser;

  private Page ada;
  private Page bob;

  @BeforeAll
  static void start() {
    server = SwitchboardProcess.start(Map.of("APP_ENV", "development"));
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(
                        Path.of(System.getProperty("switchboard.chromium", "/usr/bin/chromium")))
                    .setArgs(
                        List.of(
                            "--headless",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync",
                            "--use-fake-device-for-media-stream",
                            "--use-fake-ui-for-media-stream",
                            "--allow-loopback-in-peer-connection")));
  }

  @AfterAll
  static void stop() {
    if (playwright != null) {
      playwright.close();
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
    Page page = browser.newContext().newPage();
    page.setDefaultTimeout(WAIT_MILLIS);
    page.navigate(server.url() + "/");
    page.fill("#name", name);
    page.click("#sign-in");
    awaitState(page, "ready");
    return page;
  }

  private void adaCallsBob() {
    ada.click("[data-user='bob'] .call-video");
    bob.waitForSelector("#incoming[open]");
  }

  private static void awaitState(Page page, String state) {
    page.waitForFunction(
        "state => __switchboard.state === state",
        state,
        new Page.WaitForFunctionOptions().setTimeout(WAIT_MILLIS));
  }

  private static void awaitTrue(Page page, String function) {
    page.waitForFunction(function, null, new Page.WaitForFunctionOptions().setTimeout(WAIT_MILLIS));
  }

  private static void awaitHidden(Page page, String selector) {
    page.waitForSelector(
        selector, new Page.WaitForSelectorOptions().setState(WaitForSelectorState.HIDDEN));
  }

  /** Waits until the remote picture has moved on by some frames from where it is now. */
  private static void awaitPlaying(Page page) {
    awaitState(page, "connected");
    String frames =
        "document.getElementById('remote-video').getVideoPlaybackQuality().totalVideoFrames";
    Object now = page.evaluate("() => " + frames);
    page.waitForFunction(
        "([before, more]) => " + frames + " >= before + more",
        List.of(now, FRAMES_THAT_COUNT_AS_PLAYING),
        new Page.WaitForFunctionOptions().setTimeout(WAIT_MILLIS));
  }
}
