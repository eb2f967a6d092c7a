package dev.switchboard.deploy.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What a test of the page runs on: browsers, their windows, and whatever was started beside them.
 * Windows are closed after each test, all else after the last, what started last first; also if
 * something that was to start after it did not.
 */
final class PageFixture implements AfterEachCallback, AfterAllCallback {
  static final Path CHROMIUM =
      Path.of(System.getProperty("switchboard.chromium", "/usr/bin/chromium"));

  private static final List<String> FLAGS =
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
          "--allow-loopback-in-peer-connection");

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final Deque<AutoCloseable> windows = new ArrayDeque<>();
  private @Nullable Playwright playwright;

  /** Has this end with the tests. */
  <T extends AutoCloseable> T keep(T running) {
    started.push(running);
    return running;
  }

  /** The packaged server, once it is ready. */
  SwitchboardProcess server(Map<String, String> settings) {
    return keep(SwitchboardProcess.start(settings));
  }

  /** Chromium with a fake camera. */
  Browser chromium(String... moreFlags) {
    return chromium(CHROMIUM, moreFlags);
  }

  /** As {@link #chromium(String...)}, by way of another program. */
  Browser chromium(Path executable, String... moreFlags) {
    return launch(new BrowserType.LaunchOptions().setExecutablePath(executable), moreFlags);
  }

  /** Chromium as people have it: pages that are left stay in the back/forward cache. */
  Browser chromiumThatKeepsPages() {
    return launch(
        new BrowserType.LaunchOptions()
            .setExecutablePath(CHROMIUM)
            .setIgnoreDefaultArgs(List.of("--disable-back-forward-cache")));
  }

  private Browser launch(BrowserType.LaunchOptions options, String... moreFlags) {
    List<String> flags = new ArrayList<>(FLAGS);
    flags.addAll(List.of(moreFlags));
    return playwright().chromium().launch(options.setArgs(flags));
  }

  private Playwright playwright() {
    if (playwright == null) {
      playwright =
          keep(
              Playwright.create(
                  new Playwright.CreateOptions()
                      .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))));
    }
    return playwright;
  }

  /** A new window of somebody who is not signed in yet. */
  CallPage window(Browser browser) {
    return window(browser.newContext());
  }

  /** As {@link #window(Browser)}, in a context that was prepared for it. */
  CallPage window(BrowserContext context) {
    CallPage page = CallPage.open(context);
    windows.push(page);
    return page;
  }

  @Override
  public void afterEach(ExtensionContext test) throws Exception {
    closeNewestFirst(windows);
  }

  @Override
  public void afterAll(ExtensionContext tests) throws Exception {
    // It ends with the others: a class that is run once more begins with another.
    playwright = null;
    closeNewestFirst(started);
  }

  private static void closeNewestFirst(Deque<AutoCloseable> open) throws Exception {
    AutoCloseable newest = open.poll();
    if (newest != null) {
      try {
        newest.close();
      } finally {
        closeNewestFirst(open);
      }
    }
  }
}
