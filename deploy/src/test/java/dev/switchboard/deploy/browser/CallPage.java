package dev.switchboard.deploy.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.net.URI;
import java.util.List;

/** The page of calls in a browser, as its user touches it. */
final class CallPage implements AutoCloseable {
  static final double WAIT_MILLIS = 60_000;

  /** Counts the offers that connections of the page describe themselves by. */
  private static final String COUNTING =
      """
      window.offers = 0;
      const set = RTCPeerConnection.prototype.setLocalDescription;
      RTCPeerConnection.prototype.setLocalDescription = function (description) {
        if (description?.type === 'offer') window.offers += 1;
        return set.apply(this, arguments);
      };
      """;

  private static final int FRAMES_THAT_COUNT_AS_PLAYING = 15;

  private final Page page;

  private CallPage(Page page) {
    this.page = page;
  }

  /** A new window, not signed in yet. */
  static CallPage open(BrowserContext context) {
    Page page = context.newPage();
    page.setDefaultTimeout(WAIT_MILLIS);
    page.addInitScript(COUNTING);
    return new CallPage(page);
  }

  Page page() {
    return page;
  }

  CallPage signIn(URI server, String name) {
    return signIn(server, "#name", name);
  }

  /** Signs in at a server in production, with a token. */
  CallPage signInWith(URI server, String token) {
    return signIn(server, "#token", token);
  }

  private CallPage signIn(URI server, String field, String text) {
    page.navigate(server + "/");
    page.fill(field, text);
    page.click("#sign-in");
    awaitState("ready");
    return this;
  }

  /** Calls by name and returns when the other side rings. */
  void call(String name, CallPage callee) {
    page.fill("#dial", name);
    page.click("#dial-video");
    callee.page.waitForSelector("#incoming[open]");
  }

  void accept() {
    page.click("#accept");
  }

  void hangUp() {
    page.click("#hang-up");
    awaitState("ready");
  }

  void relayOnly() {
    page.check("#relay-only");
  }

  /**
   * Has the page ask for the microphone: until then Chromium hides its addresses behind names that
   * are found by multicast, which not every machine passes on.
   */
  void showAddresses() {
    page.evaluate("() => navigator.mediaDevices.getUserMedia({ audio: true }).then(() => true)");
  }

  void awaitState(String state) {
    await("state => __switchboard.state === state", state);
  }

  void awaitTrue(String function) {
    await(function, null);
  }

  void awaitHidden(String selector) {
    page.waitForSelector(
        selector, new Page.WaitForSelectorOptions().setState(WaitForSelectorState.HIDDEN));
  }

  /** Waits until the remote picture has moved on by some frames from where it is now. */
  void awaitPlaying() {
    awaitState("connected");
    String frames =
        "document.getElementById('remote-video').getVideoPlaybackQuality().totalVideoFrames";
    Object now = page.evaluate("() => " + frames);
    await(
        "([before, more]) => " + frames + " >= before + more",
        List.of(now, FRAMES_THAT_COUNT_AS_PLAYING));
  }

  /** Waits until the page shows this path and these candidate types of the chosen pair. */
  void awaitPath(String path, String local, String remote) {
    await(
        """
        ([path, local, remote]) => [['path', path], ['local', local], ['remote', remote]].every(
            ([id, text]) => document.getElementById(`detail-${id}`).textContent.startsWith(text))
        """,
        List.of(path, local, remote));
  }

  String text(String selector) {
    return page.textContent(selector);
  }

  /** The id of the call this page is in. */
  String callId() {
    return (String) page.evaluate("() => __switchboard.callId");
  }

  /** How often this page has offered since it was loaded. */
  int offers() {
    return (int) page.evaluate("() => window.offers");
  }

  private void await(String function, Object argument) {
    page.waitForFunction(
        function, argument, new Page.WaitForFunctionOptions().setTimeout(WAIT_MILLIS));
  }

  @Override
  public void close() {
    page.context().close();
  }
}
