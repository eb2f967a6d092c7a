package dev.switchboard.push.webpush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.push.send.CauseLook;
import dev.switchboard.push.send.Outcome;
import dev.switchboard.push.send.Push;
import dev.switchboard.push.send.PushContent;
import dev.switchboard.push.tokens.DeviceToken;
import dev.switchboard.push.tokens.TokenType;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.outbound.EndpointGuard;
import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.push.PushApps;
import dev.switchboard.shared.push.Urgency;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.FreezingProxy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a push service on loopback that decrypts and checks for itself. */
final class WebPushSenderIT extends SenderTest {
  private static final JsonObject DATA =
      new JsonObject().put("type", "incoming_call").put("callId", "c1").put("url", "/?call=c1");

  private final Map<String, String> settings = new HashMap<>();
  private final Map<String, String> names = new HashMap<>();
  private VapidKeys keys;
  private String vapidKey;

  @BeforeEach
  void start() {
    settings.put("SECRETS_KEY", Base64.getEncoder().encodeToString(new byte[32]));
    settings.put("WEBPUSH_ALLOW_PRIVATE", "on");
    settings.put("CA", certificate.certificate().toString());
    keys = new VapidKeys(read(), new VapidKeyStore(postgres, PushApps.DEFAULT));
    vapidKey = Await.await(keys.newest()).id();
    sender = sender();
    // the first handshake of a process takes its time; nothing here is about that
    Await.await(untilAnswered("warm-up"), 30);
  }

  private WebPushSettings read() {
    return WebPushSettings.from(Settings.of(settings));
  }

  private WebPushSender sender() {
    EndpointGuard guard =
        new EndpointGuard(vertx, read().endpoints(), this::resolve, System::nanoTime);
    String ca = settings.get("CA");
    TrustOptions trust = ca == null ? null : new PemTrustOptions().addCertPath(ca);
    return new WebPushSender(
        vertx,
        new WebPushClient(vertx, guard, trust),
        keys,
        new VapidTokens("mailto:ops@example.com", clock),
        new SubscriptionStore(postgres),
        clock);
  }

  private InetAddress[] resolve(String host) throws UnknownHostException {
    if (host.startsWith("nosuch.")) {
      throw new EndpointGuard.NoSuchHostException();
    }
    if (host.startsWith("down.")) {
      throw new UnknownHostException(host);
    }
    return InetAddress.getAllByName(names.getOrDefault(host, host));
  }

  private DeviceToken device(String endpoint, String key) {
    return new DeviceToken(
        UUID.randomUUID(),
        "ann",
        TokenType.WEBPUSH,
        endpoint,
        "token",
        null,
        "web",
        true,
        Instant.EPOCH,
        Instant.EPOCH,
        new DeviceToken.Subscription(
            browser.keys().getString("p256dh"), browser.keys().getString("auth"), key),
        null,
        PushApps.DEFAULT,
        null);
  }

  private Push push(PushContent content) {
    return push(content, CauseLook.NEVER_OVER);
  }

  private Push push(PushContent content, CauseLook look) {
    long now = clock.millis();
    return new Push("n1", Cause.INCOMING_CALL, content, "call:c1", now, now + 30_000, look);
  }

  private static PushContent content(JsonObject data) {
    return new PushContent(
        "Incoming Call",
        "Bob \u2764 is calling you",
        "/icons/notification-192.png",
        "/icons/badge-72.png",
        "c1",
        null,
        null,
        Urgency.HIGH,
        data);
  }

  private Outcome send(String name) {
    return send(push(content(DATA)), device(service.endpoint(name), vapidKey));
  }

  @Test
  void browserReadsWhatWasSentAndTheServiceKnowsHowUrgentItIs() {
    Outcome outcome = send("one");

    assertThat(outcome).isInstanceOf(Outcome.Accepted.class);
    FakePushService.Message message = service.messages("one").getFirst();
    JsonObject read = new JsonObject(Buffer.buffer(browser.decrypt(message.body().getBytes())));
    assertThat(read)
        .isEqualTo(
            new JsonObject()
                .put("title", "Incoming Call")
                .put("body", "Bob \u2764 is calling you")
                .put("icon", "/icons/notification-192.png")
                .put("badge", "/icons/badge-72.png")
                .put("tag", "c1")
                .put("data", DATA));
    assertThat(message.header("urgency")).isEqualTo("high");
    assertThat(message.header("ttl")).isEqualTo("30");
    assertThat(message.header("topic")).isEqualTo(WebPushMessage.topic("call:c1")).hasSize(32);
    assertThat(message.key()).isEqualTo(vapidKey);
    assertThat(message.claims().getString("aud")).isEqualTo(service.origin());
    assertThat(message.claims().getString("sub")).isEqualTo("mailto:ops@example.com");
  }

  @Test
  void ringWhoseCallEndsBeforeThereIsAConnectionIsNotSent() {
    Promise<Void> through = Promise.promise();
    try (FreezingProxy proxy = new FreezingProxy(URI.create(service.origin()).getPort())) {
      proxy.holdUntil(through.future());
      CauseLook over = CauseLook.by(() -> Future.succeededFuture("call_over"));
      String endpoint = "https://127.0.0.1:" + proxy.port() + "/one";
      Future<Outcome> outcome =
          Future.future(
              done ->
                  vertx.runOnContext(
                      go ->
                          sender
                              .send(push(content(DATA), over), device(endpoint, vapidKey))
                              .onComplete(done)));
      Await.until(() -> proxy.asked() == 1 && !over.isFresh());
      through.complete();
      assertThat(Await.failure(outcome)).isInstanceOf(CauseLook.OverException.class);
      assertThat(service.messages("one")).isEmpty();
    }
  }

  @Test
  void whatIsLeftOfTheDeadlineIsTheTimeToLive() {
    Push push = push(content(DATA));
    clock.advance(Duration.ofSeconds(21));
    send(push, device(service.endpoint("one"), vapidKey));
    assertThat(service.messages("one").getFirst().header("ttl")).isEqualTo("9");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nameIsConnectedToByTheCheckedAddressAndVerifiedByItsCertificate(boolean http2) {
    names.put("push.test", "127.0.0.1");
    names.put("other.test", "127.0.0.1");
    try (FakePushService named = FakePushService.start("push.test", certificate, http2)) {
      assertThat(send(push(content(DATA)), device(named.endpoint("one"), vapidKey)))
          .isInstanceOf(Outcome.Accepted.class);
      assertThat(named.messages("one")).hasSize(1);
      String other = named.endpoint("two").replace("push.test", "other.test");
      assertThatThrownBy(() -> send(push(content(DATA)), device(other, vapidKey)))
          .hasRootCauseInstanceOf(CertificateException.class);
      assertThat(named.messages("two")).isEmpty();
    }
  }

  @Test
  void serviceThatNobodyVouchesForIsNotSentTo() {
    settings.remove("CA");
    Await.await(sender.close());
    sender = sender();
    assertThatThrownBy(() -> send("one")).hasStackTraceContaining("CertPath");
    assertThat(service.messages()).hasSize(1);
  }

  @Test
  void endpointThatLeadsInsideByNowIsRefusedWithoutAConnection() {
    settings.remove("WEBPUSH_ALLOW_PRIVATE");
    Await.await(sender.close());
    sender = sender();
    names.put("push.example.net", "127.0.0.1");
    String endpoint = service.endpoint("one").replace("127.0.0.1", "push.example.net");

    assertThat(send(push(content(DATA)), device(endpoint, vapidKey)))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class, rejected -> assertThat(rejected.reason()).contains("internal"));
    assertThat(send("one")).isInstanceOf(Outcome.Rejected.class);
    assertThat(service.messages()).hasSize(1);
  }

  @Test
  void serviceWhoseNameDoesNotExistIsGoneAndOneThatCanNotBeLookedUpIsTriedAgain() {
    Instant begun = clock.instant();
    for (String host : List.of("nosuch.example.net", "push.invalid")) {
      assertThat(send(push(content(DATA)), device("https://" + host + "/p", vapidKey)))
          .isEqualTo(new Outcome.Gone("no such host", begun, Outcome.Kind.CERTAIN));
    }
    assertThatThrownBy(
            () -> send(push(content(DATA)), device("https://down.example.net/p", vapidKey)))
        .isExactlyInstanceOf(UnknownHostException.class);
  }

  private static final String WORDS = " words of the service";

  @ParameterizedTest
  @ValueSource(ints = {404, 410})
  void goneIsGone(int status) {
    service.answer("one", status);
    assertThat(send("one"))
        .isEqualTo(
            new Outcome.Gone("HTTP " + status + WORDS, clock.instant(), Outcome.Kind.CERTAIN));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 405, 413, 301, 302, 307, 308})
  void otherRefusalsAreFinal(int status) {
    service.answer(
        "one",
        response ->
            response
                .setStatusCode(status)
                .putHeader("Location", service.endpoint("elsewhere"))
                .end());
    assertThat(send("one")).isEqualTo(new Outcome.Rejected("HTTP " + status, status == 413));
    assertThat(service.messages("elsewhere")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503})
  void overloadIsTriedAgainWhenTheServiceSays(int status) {
    service.answer("one", status);
    assertThat(send("one")).isEqualTo(new Outcome.Unavailable("HTTP " + status + WORDS, null));
    service.answer(
        "one", response -> response.setStatusCode(status).putHeader("Retry-After", "7").end());
    assertThat(send("one"))
        .isEqualTo(new Outcome.Unavailable("HTTP " + status, Duration.ofSeconds(7)));
  }

  @Test
  void tokenThatIsRefusedIsMadeAnewOnce() {
    send("one");
    String first = service.messages("one").getFirst().header("authorization");
    clock.advance(Duration.ofMinutes(10));
    send("one");
    assertThat(service.messages("one").getLast().header("authorization")).isEqualTo(first);
    service.answer("one", 403);
    service.answer("one", 403);

    assertThat(send("one")).isInstanceOf(Outcome.Unavailable.class);
    assertThat(send("one")).isInstanceOf(Outcome.Rejected.class);
    assertThat(service.messages("one").getLast().header("authorization")).isNotEqualTo(first);
  }

  @Test
  void serviceThatHangsIsGivenUpAndTheNextMessageHasANewConnection() {
    service.answer("one", response -> {});
    assertThatThrownBy(() -> send("one")).hasStackTraceContaining("Timeout");
    assertThat(send("one")).isInstanceOf(Outcome.Accepted.class);
  }

  @Test
  void endlessAnswerIsCutOff() {
    service.answer(
        "one",
        response -> {
          response.setStatusCode(201).setChunked(true);
          for (int i = 0; i < 64; i++) {
            response.write(Buffer.buffer(new byte[4_096]));
          }
        });
    assertThat(send("one")).isInstanceOf(Outcome.Accepted.class);
    assertThat(send("one")).isInstanceOf(Outcome.Accepted.class);
  }

  @Test
  void callerKeepsTheirNameWhenTheAvatarIsTooLarge() {
    JsonObject data = DATA.copy().put("callerAvatar", "x".repeat(4_000)).put("callerId", "bob");
    assertThat(send(push(content(data)), device(service.endpoint("one"), vapidKey)))
        .isInstanceOf(Outcome.Accepted.class);
    FakePushService.Message message = service.messages("one").getFirst();
    JsonObject read = new JsonObject(Buffer.buffer(browser.decrypt(message.body().getBytes())));
    assertThat(read.getJsonObject("data").getString("callerId")).isEqualTo("bob");
    assertThat(read.getJsonObject("data").containsKey("callerAvatar")).isFalse();

    JsonObject large = DATA.copy().put("text", "x".repeat(4_000));
    assertThat(send(push(content(large)), device(service.endpoint("one"), vapidKey)))
        .isInstanceOf(Outcome.Rejected.class);
  }

  @Test
  void whatIsTooLargeForAServiceGoesAtOnceWithLess() {
    JsonObject data =
        DATA.copy().put("callerAvatar", "x".repeat(3_000)).put("callerName", "Bob \u2764");
    service.answer("one", 413);
    assertThat(send(push(content(data)), device(service.endpoint("one"), vapidKey)))
        .isInstanceOf(Outcome.Accepted.class);
    assertThat(service.messages("one")).hasSize(2);
    byte[] last = service.messages("one").getLast().body().getBytes();
    JsonObject read = new JsonObject(Buffer.buffer(browser.decrypt(last)));
    assertThat(read.getJsonObject("data")).isEqualTo(DATA.copy().put("callerName", "Bob \u2764"));

    service.answer("two", 413);
    assertThat(send("two")).isEqualTo(new Outcome.Rejected("HTTP 413" + WORDS, true));
    assertThat(service.messages("two")).hasSize(1);
  }

  @Test
  void refusalIsToldInTheWordsOfTheService() {
    service.answer(
        "one", response -> response.setStatusCode(403).end("{\"reason\":\"BadJwtToken\"}"));
    assertThat(send("one")).isEqualTo(new Outcome.Rejected("HTTP 403 BadJwtToken"));
    service.answer(
        "two", response -> response.setStatusCode(400).setChunked(true).write("says nothing m"));
    assertThat(send("two")).isEqualTo(new Outcome.Rejected("HTTP 400 says nothing m"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void endpointAtAnIpv6AddressKeepsItsBrackets(boolean tls) {
    settings.put("WEBPUSH_ALLOW_HTTP", "on");
    Await.await(sender.close());
    sender = sender();
    try (FakePushService six = FakePushService.onIpv6(certificate, tls)) {
      assertThat(send(push(content(DATA)), device(six.endpoint("one"), vapidKey)))
          .isInstanceOf(Outcome.Accepted.class);
      FakePushService.Message message = six.messages("one").getFirst();
      assertThat(message.authority()).isEqualTo(six.origin().replaceFirst("https?://", ""));
      assertThat(message.claims().getString("aud")).isEqualTo(six.origin());
    }
  }

  @Test
  void withoutTlsThereIsNoTalkOfHttp2() {
    settings.put("WEBPUSH_ALLOW_HTTP", "on");
    Await.await(sender.close());
    sender = sender();
    try (FakePushService plain = FakePushService.withoutTls()) {
      assertThat(send(push(content(DATA)), device(plain.endpoint("one"), vapidKey)))
          .isInstanceOf(Outcome.Accepted.class);
      FakePushService.Message message = plain.messages("one").getFirst();
      assertThat(message.version()).isEqualTo(HttpVersion.HTTP_1_1);
      assertThat(message.headers()).doesNotContainKeys("upgrade", "http2-settings");
    }
  }

  @Test
  void slowServiceIsWaitedFor() {
    service.answer(
        "one", response -> vertx.setTimer(4_000, id -> response.setStatusCode(201).end()));
    assertThat(send("one")).isInstanceOf(Outcome.Accepted.class);
    assertThat(service.messages("one")).hasSize(1);
  }

  @Test
  void subscriptionOfAKeyThatNobodyHasIsRefused() {
    assertThat(send(push(content(DATA)), device(service.endpoint("one"), VapidKey.make().id())))
        .isInstanceOf(Outcome.Rejected.class);
    assertThat(service.messages()).hasSize(1);
  }

  @Test
  void manyAtOnceAllArrive() {
    List<Future<Outcome>> sending =
        IntStream.range(0, 500).mapToObj(i -> untilAnswered("d" + i)).toList();
    Await.await(Future.all(sending), 30);
    for (int i = 0; i < 500; i++) {
      assertThat(service.messages("d" + i)).isNotEmpty();
    }
  }

  /** As the queue does it: no answer in time is tried again. */
  private Future<Outcome> untilAnswered(String name) {
    DeviceToken device = device(service.endpoint(name), vapidKey);
    return Future.<Outcome>future(
            done ->
                vertx.runOnContext(v -> sender.send(push(content(DATA)), device).onComplete(done)))
        .recover(failure -> untilAnswered(name));
  }
}
