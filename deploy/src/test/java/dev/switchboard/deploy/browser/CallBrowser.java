package dev.switchboard.deploy.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A headless Chromium with a fake camera and microphone, and what to wait for in its windows. */
final class CallBrowser implements AutoCloseable {
  private static final double WAIT_MILLIS = 30_000;
  private static final int FRAMES_THAT_COUNT_AS_PLAYING = 15;

  private final Playwright playwright;
  private final Browser browser;

  CallBrowser() {
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

  /** A window of its own, as of another person. */
  Page open(String url) {
    Page page = browser.newContext().newPage();
    page.setDefaultTimeout(WAIT_MILLIS);
    page.navigate(url);
    return page;
  }

  @Override
  public void close() {
    playwright.close();
  }

  static void awaitState(Page page, String state) {
    page.waitForFunction(
        "state => __switchboard.state === state",
        state,
        new Page.WaitForFunctionOptions().setTimeout(WAIT_MILLIS));
  }

  static void awaitTrue(Page page, String function) {
    page.waitForFunction(function, null, new Page.WaitForFunctionOptions().setTimeout(WAIT_MILLIS));
  }

  static void awaitHidden(Page page, String selector) {
    page.waitForSelector(
        selector, new Page.WaitForSelectorOptions().setState(WaitForSelectorState.HIDDEN));
  }

  /** Waits until the remote picture has moved on by some frames from where it is now. */
  static void awaitPlaying(Page page) {
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
