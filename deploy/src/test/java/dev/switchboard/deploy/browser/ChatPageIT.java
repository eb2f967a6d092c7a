package dev.switchboard.deploy.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;
import dev.switchboard.deploy.testing.RunningServer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two and three people in an encrypted chat, and two in a room, against the packaged server. */
class ChatPageIT {
  private static final byte[] PICTURE =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

  @RegisterExtension static final PageFixture fixture = new PageFixture();

  private static RunningServer server;
  private static Browser browser;

  private CallPage ada;
  private CallPage bob;
  private CallPage cleo;

  @BeforeAll
  static void start() {
    server = fixture.server(Map.of("APP_ENV", "development"));
    // Without a camera's permission the addresses of a data channel would be names only mDNS knows.
    browser = fixture.chromium("--disable-features=WebRtcHideLocalIpsWithMdns");
  }

  @BeforeEach
  void signIn() {
    ada = fixture.window(browser).signIn(server.url(), "ada");
    bob = fixture.window(browser).signIn(server.url(), "bob");
    cleo = fixture.window(browser).signIn(server.url(), "cleo");
  }

  @Test
  void wordsPicturesAndTypingReachTheOtherOfTwoAndAThirdStaysOut() {
    String link = startChat("private", "");
    join(bob, link);
    awaitMembers(ada, 2);

    say(ada, "hello bob");
    awaitSaid(bob, "hello bob");
    bob.page().locator("#chat-text").pressSequentially("we");
    awaitText(ada, "#chat-typing", "bob is typing");
    ada.page().setInputFiles("#chat-file", new FilePayload("dot.png", "image/png", PICTURE));
    bob.page().waitForSelector("#chat-log img");
    bob.page().click("#chat-log a");
    awaitSaid(ada, "bob saved dot.png");

    cleo.page().click("#tab-chat");
    cleo.page().fill("#chat-invitation", link);
    cleo.page().click("#chat-enter");
    awaitText(cleo, "#chat-error", "This room is full. Only 2 members allowed.");
  }

  @Test
  void lateMemberOfAGroupReadsWhatWasSaidBefore() {
    String link = startChat("group", "");
    join(bob, link);
    awaitMembers(ada, 2);
    say(ada, "before cleo");
    awaitSaid(bob, "before cleo");

    join(cleo, link);

    awaitSaid(cleo, "before cleo");
    say(cleo, "after cleo");
    awaitSaid(ada, "after cleo");
    awaitSaid(bob, "after cleo");
  }

  @Test
  void passwordOpensAndAReloadedWindowReadsItsHistory() {
    String link = startChat("password", "hunter2");
    bob.page().click("#tab-chat");
    bob.page().fill("#chat-invitation", link);
    bob.page().click("#chat-enter");
    bob.page().fill("#chat-join-password", "wrong");
    bob.page().click("#chat-enter");
    awaitText(bob, "#chat-error", "assword");
    enterWithPassword(bob, "hunter2");
    awaitMembers(ada, 2);
    say(ada, "kept for bob");
    say(bob, "kept of bob");
    awaitSaid(ada, "kept of bob");

    bob.page().reload();
    bob.awaitState("ready");
    bob.page().click("#tab-chat");
    bob.page().fill("#chat-invitation", link);
    bob.page().click("#chat-enter");
    enterWithPassword(bob, "hunter2");

    awaitSaid(bob, "kept for bob");
    awaitSaid(bob, "kept of bob");
  }

  @Test
  void twoTalkOverADataChannelAfterAJoinCode() {
    ada.showAddresses();
    bob.showAddresses();
    ada.page().click("#tab-room");
    bob.page().click("#tab-room");
    ada.page().click("#room-make");
    // It is shown once the server has it.
    ada.page().waitForSelector("#room-code-shown:not(:empty)");
    String code = ada.page().textContent("#room-code-shown");
    assertThat(code).matches("[A-Z2-9]{6}");
    bob.page().fill("#room-code", code);
    bob.page().press("#room-code", "Enter");
    ada.page().waitForSelector("#room-text:enabled");
    bob.page().waitForSelector("#room-text:enabled");

    ada.page().fill("#room-text", "from browser to browser");
    ada.page().press("#room-text", "Enter");

    awaitText(bob, "#room-log", "from browser to browser");
    ada.page().click("#room-leave");
    awaitText(bob, "#room-state", "The other person left the room.");
  }

  private String startChat(String mode, String password) {
    Page page = ada.page();
    page.click("#tab-chat");
    page.check("input[value='" + mode + "']");
    if (!password.isEmpty()) {
      page.fill("#chat-password", password);
    }
    page.click("#chat-create");
    page.waitForSelector("#chat-room:not([hidden])");
    return page.inputValue("#chat-link");
  }

  private static void join(CallPage who, String link) {
    who.page().click("#tab-chat");
    who.page().fill("#chat-invitation", link);
    who.page().click("#chat-enter");
    who.page().waitForSelector("#chat-room:not([hidden])");
  }

  private static void enterWithPassword(CallPage who, String password) {
    who.page().fill("#chat-join-password", password);
    who.page().click("#chat-enter");
    who.page().waitForSelector("#chat-room:not([hidden])");
  }

  private static void say(CallPage who, String words) {
    who.page().fill("#chat-text", words);
    who.page().press("#chat-text", "Enter");
  }

  private static void awaitSaid(CallPage who, String words) {
    awaitText(who, "#chat-log", words);
  }

  private static void awaitMembers(CallPage who, int count) {
    who.awaitTrue("() => document.querySelectorAll('#chat-members li').length === " + count);
  }

  private static void awaitText(CallPage who, String selector, String words) {
    who.page()
        .waitForFunction(
            "([selector, words]) => document.querySelector(selector).textContent.includes(words)",
            List.of(selector, words));
  }
}
