package dev.switchboard.push.webpush;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.send.CauseLook;
import dev.switchboard.push.send.Outcome;
import dev.switchboard.push.send.Push;
import dev.switchboard.push.send.PushContent;
import dev.switchboard.push.tokens.DeviceToken;
import dev.switchboard.push.tokens.TokenStore;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.outbound.EndpointGuard;
import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.push.PushApps;
import dev.switchboard.shared.push.Urgency;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemTrustOptions;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Subscriptions made with one key pair of ours and posted when another was the newest. */
final class VapidKeyMatchIT extends SenderTest {
  private SubscriptionStore subscriptions;

  /** In the order in which they were given to us. */
  private List<String> keys;

  @BeforeEach
  void start() {
    subscriptions = new SubscriptionStore(postgres);
    VapidKey oldest = VapidKey.make();
    VapidKey middle = VapidKey.make();
    VapidKey newest = VapidKey.make();
    keys = List.of(oldest.id(), middle.id(), newest.id());
    for (VapidKey key : List.of(oldest, middle, newest)) {
      Await.await(
          new VapidKeys(settings(key), new VapidKeyStore(postgres, PushApps.DEFAULT)).refresh());
    }
    WebPushSettings settings = settings(newest);
    var trust = new PemTrustOptions().addCertPath(certificate.certificate().toString());
    sender =
        new WebPushSender(
            vertx,
            new WebPushClient(vertx, new EndpointGuard(vertx, settings.endpoints()), trust),
            new VapidKeys(settings, new VapidKeyStore(postgres, PushApps.DEFAULT)),
            new VapidTokens("mailto:ops@example.com", clock),
            subscriptions,
            clock);
  }

  private static WebPushSettings settings(VapidKey configured) {
    Map<String, String> settings = new HashMap<>();
    settings.put("SECRETS_KEY", Base64.getEncoder().encodeToString(new byte[32]));
    settings.put("WEBPUSH_ALLOW_PRIVATE", "on");
    settings.put("VAPID_PUBLIC_KEY", configured.id());
    settings.put("VAPID_PRIVATE_KEY", Base64Url.encode(configured.scalar()));
    return WebPushSettings.from(Settings.of(settings));
  }

  /** Stores a subscription of which it is supposed that it was made with the newest pair. */
  private void subscribe(Browser with) {
    JsonObject body =
        new JsonObject().put("endpoint", service.endpoint("one")).put("keys", with.keys());
    SubscriptionRequest request =
        SubscriptionRequest.of(body, PushApps.from(Settings.of(Map.of())));
    Await.await(subscriptions.store("ann", request, keys.getLast(), false, clock.instant()));
  }

  private DeviceToken device() {
    return Await.await(new TokenStore(postgres).list("ann")).getFirst();
  }

  private Outcome send(DeviceToken device) {
    long now = clock.millis();
    PushContent content =
        new PushContent("Hi", "you", null, null, null, null, null, Urgency.HIGH, new JsonObject());
    Push push = new Push("n1", Cause.CUSTOM, content, "k", now, now + 30_000, CauseLook.NEVER_OVER);
    return send(push, device);
  }

  private void refuse(int status, String words) {
    service.answer("one", response -> response.setStatusCode(status).end(words));
  }

  private List<String> signedBy() {
    return service.messages("one").stream().map(FakePushService.Message::key).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "403 | ''",
        "403 | {\"reason\":\"BadJwtToken\"}",
        "400 | {\"reason\":\"VapidPkHashMismatch\"}",
        "401 | {\"code\":401,\"errno\":109,\"error\":\"Unauthorized\",\"message\":\"Request did not"
            + " validate\"}",
        "400 | <TITLE>UnauthorizedRegistration</TITLE>",
        "401 | the key in the authorization header does not correspond to the sender ID used",
        "403 | the VAPID credentials in the authorization header do not correspond to the"
            + " credentials used to create the subscriptions.",
      })
  void keyThatWorksIsFoundAtOnceAndKept(int status, String words) {
    subscribe(browser);
    refuse(status, words);
    refuse(status, words);

    assertThat(send(device())).isInstanceOf(Outcome.Accepted.class);
    assertThat(signedBy()).isEqualTo(keys.reversed());
    Await.until(() -> device().subscription().vapidKey().equals(keys.getFirst()));

    assertThat(send(device())).isInstanceOf(Outcome.Accepted.class);
    assertThat(signedBy()).hasSize(4).last().isEqualTo(keys.getFirst());
    subscribe(browser);
    assertThat(device().subscription().vapidKey()).isEqualTo(keys.getFirst());
  }

  @Test
  void keyIsFoundAtOnceThoughTheTokenIsNotNewEither() {
    subscribe(browser);
    send(device());
    clock.advance(Duration.ofMinutes(10));
    refuse(403, "");
    assertThat(send(device())).isInstanceOf(Outcome.Accepted.class);
    assertThat(signedBy()).containsExactly(keys.get(2), keys.get(2), keys.get(1));
  }

  @Test
  void allKeysAreTriedOnceAndThenItIsRefusedInTheWordsForItsOwn() {
    subscribe(browser);
    refuse(403, "own");
    refuse(403, "second");
    refuse(403, "third");

    assertThat(send(device())).isEqualTo(new Outcome.Rejected("HTTP 403 own"));
    assertThat(signedBy()).isEqualTo(keys.reversed());
    assertThat(device().subscription().vapidKey()).isEqualTo(keys.getLast());
  }

  @ParameterizedTest
  @CsvSource({"400, no such thing", "405, no", "413, large", "429, vapid", "500, vapid"})
  void otherAnswersAreNotTheKeys(int status, String words) {
    subscribe(browser);
    refuse(status, words);
    assertThat(send(device())).isNotInstanceOf(Outcome.Accepted.class);
    assertThat(signedBy()).containsExactly(keys.getLast());
  }

  @Test
  void whatIsSaidToAnotherKeyCounts() {
    subscribe(browser);
    refuse(403, "");
    refuse(410, "");
    assertThat(send(device())).isInstanceOf(Outcome.Gone.class);
    refuse(403, "");
    refuse(503, "");
    assertThat(send(device())).isInstanceOf(Outcome.Unavailable.class);
    assertThat(device().subscription().vapidKey()).isEqualTo(keys.getLast());
  }

  @Test
  void subscriptionThatWasPostedAnewMeanwhileKeepsItsOwn() {
    subscribe(browser);
    DeviceToken before = device();
    subscribe(Browser.make());
    refuse(403, "");

    assertThat(send(before)).isInstanceOf(Outcome.Accepted.class);
    Await.await(postgres.query("SELECT 1").execute());
    assertThat(device().subscription().vapidKey()).isEqualTo(keys.getLast());
  }
}
