package dev.switchboard.deploy.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The operator's page in a browser, as somebody on duty touches it. */
final class AdminPage implements AutoCloseable {
  private static final String VIOLATIONS =
      """
      window.violations = [];
      addEventListener('securitypolicyviolation', (event) =>
          window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
      """;

  private final Page page;
  private final List<String> faults = new CopyOnWriteArrayList<>();

  private AdminPage(Page page) {
    this.page = page;
  }

  /** A window of a computer. */
  static AdminPage open(Browser browser) {
    return open(browser, 1_280, 900, ColorScheme.LIGHT);
  }

  static AdminPage open(Browser browser, int width, int height, ColorScheme colours) {
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions().setViewportSize(width, height).setColorScheme(colours));
    AdminPage admin = new AdminPage(context.newPage());
    admin.page.setDefaultTimeout(CallPage.WAIT_MILLIS);
    admin.page.addInitScript(VIOLATIONS);
    admin.page.onPageError(admin.faults::add);
    return admin;
  }

  Page page() {
    return page;
  }

  /** Goes there and types a token in. */
  AdminPage show(String origin, String token) {
    page.navigate(origin + "/admin");
    page.fill("#token", token);
    page.click("#sign-in");
    return this;
  }

  /** As {@link #show}, with one that is good. */
  AdminPage signIn(String origin, String token) {
    show(origin, token);
    page.waitForSelector("#home:not([hidden])");
    return this;
  }

  AdminPage tab(String name) {
    page.click("#tab-" + name);
    return this;
  }

  void await(String selector) {
    page.waitForSelector(selector);
  }

  void awaitTrue(String function) {
    page.waitForFunction(function);
  }

  /** Says yes to the question that is asked. */
  void confirm() {
    await("#dialog[open]");
    page.click("#dialog-ok");
  }

  /** What the policy refused the page, and what its scripts threw. */
  List<String> faults() {
    List<String> all = new ArrayList<>(faults);
    if (page.evaluate("() => window.violations") instanceof List<?> refused) {
      refused.forEach(each -> all.add(String.valueOf(each)));
    }
    return all;
  }

  @Override
  public void close() {
    page.context().close();
  }
}
