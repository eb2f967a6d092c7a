package dev.switchboard.deploy.browser;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import dev.switchboard.deploy.testing.Coturn;
import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import dev.switchboard.shared.testing.Await;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Calls whose media goes through a real coturn, from sign-in to picture. */
class RelayCallIT {
  private static final String SECRET = "a-secret-of-product-and-relay-0123456789";

  /** A relay leaves after three probes 10 s apart, a list is renewed after 12 s. */
  private static final long WITHIN_SECONDS = 90;

  private static final String CREDENTIALS =
      "() => JSON.stringify(__switchboard.pc.getConfiguration().iceServers)";

  @RegisterExtension static final PageFixture fixture = new PageFixture();

  private static Coturn relay;
  private static Coturn mortal;
  private static SwitchboardProcess server;
  private static Browser browser;

  private CallPage ada;
  private CallPage bob;

  @BeforeAll
  static void start() {
    Map<String, String> secret = Map.of("TURN_STATIC_SECRET", SECRET);
    relay = fixture.keep(Coturn.start(secret, Coturn.Peers.LOOPBACK_TOO));
    mortal = fixture.keep(Coturn.start(secret, Coturn.Peers.LOOPBACK_TOO));
    server =
        fixture.server(
            Map.of(
                "STUN_SERVER_URL",
                "stun:127.0.0.1:" + relay.port(),
                "TURN_SERVER_URL",
                mortal.url() + "," + relay.url(),
                "TURN_STATIC_SECRET",
                SECRET,
                "TURN_CALL_TTL",
                "16"));
    browser = fixture.chromium();
  }

  @BeforeEach
  void signIn() {
    ada = fixture.window(browser).signIn(server.url(), "ada");
    bob = fixture.window(browser).signIn(server.url(), "bob");
  }

  @Test
  void directPathIsTakenWhereThereIsOne() {
    callIsUp();

    ada.awaitPath("Direct", "", "");
    bob.awaitPath("Direct", "", "");
    ada.hangUp();
  }

  @Test
  void directCallTakesNewCredentialsWithoutSearchingAnew() {
    callIsUp();
    ada.awaitPath("Direct", "", "");
    for (int renewals = 0; renewals < 2; renewals++) {
      Object known = ada.page().evaluate(CREDENTIALS);
      ada.page().waitForFunction("known => (" + CREDENTIALS + ")() !== known", known);
    }
    assertThat(ada.offers()).isEqualTo(1);
    assertThat(bob.offers()).isZero();
    ada.awaitPlaying();
    bob.awaitPlaying();
    ada.hangUp();
  }

  @Test
  void relayedCallGoesOnUnderRenewedCredentials() {
    ada.relayOnly();
    bob.relayOnly();
    callIsUp();
    ada.awaitPath("Relayed, UDP", "relay", "relay");
    bob.awaitPath("Relayed, UDP", "relay", "relay");
    String callId = ada.callId();

    // Each list that is good for another while has a later time in its name; coturn must see more
    // than the names of the call's start, and the picture go on under them.
    Await.until(
        () -> names("ada", callId).size() >= 2 && names("bob", callId).size() >= 2, WITHIN_SECONDS);

    ada.awaitPlaying();
    bob.awaitPlaying();
    ada.awaitPath("Relayed, UDP", "relay", "relay");
    assertThat(ada.callId()).isEqualTo(callId);
    // Who answered first never offers: DTLS roles would turn.
    assertThat(ada.offers()).isGreaterThan(1);
    assertThat(bob.offers()).isZero();
    ada.hangUp();
  }

  @Test
  void relayThatDiesLeavesTheListAndTheNextCallWorks() {
    assertThat(iceServers()).contains(mortal.url(), relay.url());

    mortal.kill9();

    Await.until(
        () -> server.log().contains(mortal.url() + " missed 3 probes in a row, leaves the list"),
        WITHIN_SECONDS);
    assertThat(iceServers()).contains(relay.url()).doesNotContain(mortal.url());
    ada.relayOnly();
    bob.relayOnly();
    callIsUp();
    ada.awaitPath("Relayed, UDP", "relay", "relay");
    ada.hangUp();
  }

  private void callIsUp() {
    ada.call("bob", bob);
    bob.accept();
    ada.awaitPlaying();
    bob.awaitPlaying();
  }

  /** The times of the names under which a party of a call has used the relays. */
  private static Set<String> names(String userId, String callId) {
    Pattern name =
        Pattern.compile("username=<(\\d+):" + userId + "\\." + Pattern.quote(callId) + ">");
    return name.matcher(relay.log() + mortal.log())
        .results()
        .map((MatchResult found) -> found.group(1))
        .collect(toSet());
  }

  private static String iceServers() {
    return Nodes.send(HttpRequest.newBuilder(server.url().resolve("/v1/calls/ice-servers"))).body();
  }
}
