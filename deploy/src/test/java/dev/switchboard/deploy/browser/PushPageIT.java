package dev.switchboard.deploy.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import dev.switchboard.deploy.testing.RunningServer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Notifications in a real browser. There is no push service here: the subscription is one that the
 * test makes up, and what a push service would hand over, the developer tools do.
 */
class PushPageIT {
  /** What a browser does with its push service, without one. */
  private static final String MADE_UP_SUBSCRIPTION =
      """
      if (window.PushManager) {
        let subscription = null;
        PushManager.prototype.getSubscription = async () => subscription;
        PushManager.prototype.subscribe = async (options) => {
          const pair = await crypto.subtle.generateKey(
            { name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
          const point = await crypto.subtle.exportKey('raw', pair.publicKey);
          const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
            .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
          const endpoint = `https://8.8.8.8/push/${text(crypto.getRandomValues(new Uint8Array(60)))}`;
          const keys = { p256dh: text(point), auth: text(crypto.getRandomValues(new Uint8Array(16))) };
          subscription = {
            endpoint,
            options,
            toJSON: () => ({ endpoint, keys }),
            unsubscribe: async () => { subscription = null; return true; },
          };
          return subscription;
        };
      }
      """;

  /** The worker's own script and the notification it shows, in a world that only notes the rest. */
  private static final String CLICKED =
      """
      async () => {
        const told = [];
        const listeners = {};
        const world = {
          addEventListener: (name, listener) => { listeners[name] = listener; },
          location,
          clients: { matchAll: async () => [], openWindow: async (url) => told.push(`opens ${url}`) },
        };
        new Function('self', await (await fetch('/sw.js')).text())(world);
        const ready = await navigator.serviceWorker.ready;
        const [{ data }] = await ready.getNotifications();
        let done;
        listeners.notificationclick({
          notification: { data, close: () => told.push('closed') },
          waitUntil: (promise) => { done = promise; },
        });
        await done;
        return told.join(', ');
      }
      """;

  @RegisterExtension static final PageFixture fixture = new PageFixture();

  private static RunningServer server;
  private static Browser browser;

  private CallPage ada;
  private Page page;
  private CDPSession tools;
  private @Nullable String registrationId;
  private int displayed;

  @BeforeAll
  static void start() {
    server = fixture.server(Map.of("APP_ENV", "development"));
    browser = fixture.chromium();
  }

  @BeforeEach
  void signIn() {
    // The page's policy forbids what the test does to run the worker's script beside it.
    BrowserContext context = browser.newContext(new Browser.NewContextOptions().setBypassCSP(true));
    context.grantPermissions(
        List.of("notifications"),
        new BrowserContext.GrantPermissionsOptions().setOrigin(server.url().toString()));
    context.addInitScript(MADE_UP_SUBSCRIPTION);
    ada = fixture.window(context).signIn(server.url(), "ada");
    page = ada.page();
    page.evaluate("() => navigator.serviceWorker.ready.then(ready => ready.scope)");
    watch();
  }

  @Test
  void browserSubscribesSendsItselfATestAndStops() {
    page.click("#push-on");
    ada.awaitTrue("() => document.getElementById('push').dataset.state === 'on'");
    assertThat(subscribers()).contains("ada");

    page.click("#push-test");
    ada.awaitTrue("() => document.getElementById('notice').textContent !== ''");
    assertThat(page.textContent("#notice")).isEqualTo("A notification is on its way.");

    page.click("#push-off");
    ada.awaitTrue("() => document.getElementById('push').dataset.state === 'off'");
    assertThat(subscribers()).doesNotContain("ada");
  }

  @Test
  void signingOutEndsTheSubscription() {
    page.click("#push-on");
    ada.awaitTrue("() => document.getElementById('push').dataset.state === 'on'");

    page.click("#sign-out");

    page.waitForSelector("#welcome:not([hidden])");
    assertThat(subscribers()).doesNotContain("ada");
  }

  @Test
  void serviceWorkerShowsWhatThePayloadSaysAndOpensWhatItIsAbout() {
    deliver(
        """
        {"title": "Incoming Call", "body": "Bob is calling you", "tag": "c1",
         "icon": "/icons/notification-192.png", "badge": "/icons/badge-72.png",
         "data": {"type": "incoming_call", "callId": "c1", "url": "/?call=c1"}}
        """);
    awaitDisplayed(1);
    assertThat(shown())
        .isEqualTo(
            "Incoming Call|Bob is calling you|c1|" + server.url() + "/icons/notification-192.png");

    assertThat(page.evaluate(CLICKED)).isEqualTo("closed, opens /?call=c1");
  }

  @Test
  void endOfACallTakesItsNotificationAway() {
    deliver(
        """
        {"title": "Incoming Call", "body": "Bob is calling you", "tag": "c1",
         "data": {"type": "incoming_call", "callId": "c1", "url": "/?call=c1"}}
        """);
    awaitDisplayed(1);
    deliver(
        """
        {"title": "Incoming Call", "body": "Eve is calling you", "tag": "c2",
         "data": {"type": "incoming_call", "callId": "c2", "url": "/?call=c2"}}
        """);
    awaitDisplayed(2);

    deliver(
        """
        {"title": "Call ended", "body": "The call is over", "tag": "c1",
         "data": {"type": "call_cancelled", "callId": "c1"}}
        """);

    awaitNotifications(1);
    assertThat(shown()).startsWith("Incoming Call|Eve is calling you|c2");
  }

  @Test
  void endOfARingLeavesTheMissedCall() {
    deliver(
        """
        {"title": "Incoming Call", "body": "Bob is calling you", "tag": "c1",
         "data": {"type": "incoming_call", "callId": "c1", "url": "/?call=c1"}}
        """);
    awaitDisplayed(1);
    deliver(
        """
        {"title": "Missed Call", "body": "You missed a call from Bob", "tag": "missed-c1",
         "data": {"type": "missed_call", "callId": "c1"}}
        """);
    awaitDisplayed(2);

    deliver(
        """
        {"title": "Call ended", "body": "The call is over", "tag": "c1",
         "data": {"type": "call_cancelled", "callId": "c1"}}
        """);

    awaitNotifications(1);
    assertThat(shown()).startsWith("Missed Call|You missed a call from Bob|missed-c1");
  }

  @Test
  void whatIsNoJsonIsShownAsItIs() {
    deliver("just words");
    awaitDisplayed(1);
    assertThat(shown()).startsWith("Switchboard|just words||");
  }

  /** Hands a push to the worker as a push service would. */
  private void deliver(String message) {
    page.waitForCondition(() -> registrationId != null);
    JsonObject push = new JsonObject();
    push.addProperty("origin", server.url().toString());
    push.addProperty("registrationId", registrationId);
    push.addProperty("data", message);
    tools.send("ServiceWorker.deliverPushMessage", push);
  }

  /** Follows what the developer tools know of the worker and of what it has displayed. */
  private void watch() {
    registrationId = null;
    displayed = 0;
    tools = page.context().newCDPSession(page);
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        event -> {
          if (!event.getAsJsonArray("registrations").isEmpty()) {
            registrationId =
                event
                    .getAsJsonArray("registrations")
                    .get(0)
                    .getAsJsonObject()
                    .get("registrationId")
                    .getAsString();
          }
        });
    tools.on(
        "BackgroundService.backgroundServiceEventReceived",
        event -> {
          JsonObject received = event.getAsJsonObject("backgroundServiceEvent");
          if (received.get("eventName").getAsString().equals("Notification displayed")) {
            displayed++;
          }
        });
    JsonObject notifications = new JsonObject();
    notifications.addProperty("service", "notifications");
    tools.send("BackgroundService.startObserving", notifications);
    notifications.addProperty("shouldRecord", true);
    tools.send("BackgroundService.setRecording", notifications);
    tools.send("ServiceWorker.enable");
  }

  /**
   * Waits until so many were displayed. Not by asking the page, again and again: Chromium takes a
   * notification that is stored and not yet displayed for one that somebody has closed, and drops
   * it when it is asked in between.
   */
  private void awaitDisplayed(int count) {
    page.waitForCondition(
        () -> displayed == count,
        new Page.WaitForConditionOptions().setTimeout(CallPage.WAIT_MILLIS));
  }

  /** Asks again and again: what waits for a function takes its promise for a yes. */
  private void awaitNotifications(int count) {
    page.waitForCondition(
        () ->
            page.evaluate(
                    "async () => (await (await navigator.serviceWorker.ready).getNotifications())"
                        + ".length")
                .equals(count),
        new Page.WaitForConditionOptions().setTimeout(CallPage.WAIT_MILLIS));
  }

  private String shown() {
    return page.evaluate(
            """
            async () => {
              const ready = await navigator.serviceWorker.ready;
              const [{ title, body, tag, icon }] = await ready.getNotifications();
              return [title, body, tag, icon].join('|');
            }
            """)
        .toString();
  }

  /** Whose browsers are subscribed, as an operator sees it. */
  private String subscribers() {
    return page.evaluate(
            """
            async () => {
              const { token } = await (await fetch('/dev/token?userId=op&admin=true')).json();
              const answer = await fetch('/api/v1/push/subscriptions',
                { headers: { Authorization: `Bearer ${token}` } });
              return (await answer.json()).subscriptions.map((each) => each.user_id).join(',');
            }
            """)
        .toString();
  }
}
