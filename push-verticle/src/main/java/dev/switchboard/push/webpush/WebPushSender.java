package dev.switchboard.push.webpush;

import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.send.Fit;
import dev.switchboard.push.send.Outcome;
import dev.switchboard.push.send.Push;
import dev.switchboard.push.send.PushSender;
import dev.switchboard.push.send.RetryAfter;
import dev.switchboard.push.tokens.DeviceToken;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.outbound.Endpoint;
import dev.switchboard.shared.outbound.EndpointGuard;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends to browsers by their push services (RFC 8030). Belongs to one event loop. */
final class WebPushSender implements PushSender {
  private static final Logger log = LoggerFactory.getLogger(WebPushSender.class);

  private final Vertx vertx;
  private final WebPushClient client;
  private final VapidKeys keys;
  private final VapidTokens tokens;
  private final SubscriptionStore subscriptions;
  private final InstantSource clock;
  private final MessageEncryption encryption = new MessageEncryption(Crypto.fastest());
  private final P256 curve = new P256(Crypto.fastest());

  /** What is posted for one attempt, whatever key signs for it. */
  private record Letter(
      Push push,
      DeviceToken device,
      DeviceToken.Subscription subscription,
      Endpoint endpoint,
      Buffer body,
      Started started) {}

  /** When an attempt was begun, by both clocks. */
  private record Started(Instant at, long nanos) {}

  /**
   * What came of posting it.
   *
   * @param ofTheKey true if another key pair of ours may fare better
   */
  private record Posted(Outcome outcome, boolean ofTheKey) {}

  WebPushSender(
      Vertx vertx,
      WebPushClient client,
      VapidKeys keys,
      VapidTokens tokens,
      SubscriptionStore subscriptions,
      InstantSource clock) {
    this.vertx = vertx;
    this.client = client;
    this.keys = keys;
    this.tokens = tokens;
    this.subscriptions = subscriptions;
    this.clock = clock;
  }

  @Override
  public String provider() {
    return "webpush";
  }

  @Override
  public boolean isReady() {
    return keys.trouble().isEmpty();
  }

  @Override
  public Optional<String> trouble() {
    return keys.trouble();
  }

  /** A browser maker's service: what it answers for one subscription may be true of all. */
  @Override
  public String topic(Push push, PushDevice device) {
    try {
      return Endpoint.parse(device.address()).origin();
    } catch (BadFieldException e) {
      return provider();
    }
  }

  @Override
  public Future<Outcome> send(Push push, PushDevice device) {
    if (!(device instanceof DeviceToken token) || token.subscription() == null) {
      return rejected("it is no Web Push subscription");
    }
    DeviceToken.Subscription subscription = token.subscription();
    Started started = new Started(clock.instant(), System.nanoTime());
    return Fit.send(
        push.content(),
        WebPushMessage::encode,
        message -> MessageEncryption.bodyLength(message.length),
        MessageEncryption.BODY_MAX,
        message -> attempt(push, message, token, subscription, started));
  }

  private Future<Outcome> attempt(
      Push push,
      byte[] message,
      DeviceToken device,
      DeviceToken.Subscription subscription,
      Started started) {
    if (message.length > MessageEncryption.MESSAGE_MAX) {
      return rejected("larger than " + MessageEncryption.MESSAGE_MAX + " bytes");
    }
    Endpoint endpoint = Endpoint.parse(device.address());
    return keys.find(subscription.vapidKey())
        .compose(
            key ->
                key.isEmpty()
                    ? rejected("the VAPID key that it was made with can't be read")
                    : vertx
                        .executeBlocking(() -> Buffer.buffer(encrypt(message, subscription)), false)
                        .map(
                            body -> new Letter(push, device, subscription, endpoint, body, started))
                        .compose(letter -> post(letter, key.get())));
  }

  private static Future<Outcome> rejected(String reason) {
    return Future.succeededFuture(new Outcome.Rejected(reason));
  }

  private byte[] encrypt(byte[] message, DeviceToken.Subscription subscription) {
    ECPublicKey receiver =
        Base64Url.decode(subscription.p256dh()).flatMap(curve::publicKey).orElseThrow();
    return encryption.encrypt(
        message, receiver, Base64Url.decode(subscription.auth()).orElseThrow());
  }

  /** With the key that it knows; if that is not the one, with the others, each once. */
  private Future<Outcome> post(Letter letter, VapidKey key) {
    return signed(letter, key)
        .compose(
            first ->
                first.ofTheKey
                    ? keys.others(key.id())
                        .compose(others -> tryOthers(letter, others.iterator(), first.outcome))
                    : Future.succeededFuture(first.outcome));
  }

  private Future<Outcome> tryOthers(Letter letter, Iterator<VapidKey> others, Outcome first) {
    if (!others.hasNext()) {
      return Future.succeededFuture(first);
    }
    VapidKey other = others.next();
    return signed(letter, other)
        .compose(
            posted -> {
              if (posted.ofTheKey) {
                return tryOthers(letter, others, first);
              }
              if (posted.outcome instanceof Outcome.Accepted) {
                keep(letter, other);
              }
              return Future.succeededFuture(posted.outcome);
            });
  }

  /** What was sent has arrived either way; next time it is found out anew. */
  private void keep(Letter letter, VapidKey key) {
    subscriptions
        .rekey(letter.device, letter.subscription, key.id())
        .onSuccess(kept -> log.info("{} was made with another VAPID key of ours", letter.device))
        .onFailure(
            failure ->
                log.warn(
                    "{}: which VAPID key it was made with can't be kept: {}",
                    letter.device,
                    failure.getMessage()));
  }

  private Future<Posted> signed(Letter letter, VapidKey key) {
    Push push = letter.push;
    VapidTokens.Token token = tokens.get(letter.endpoint.origin(), key);
    List<String[]> headers =
        List.of(
            new String[] {"TTL", Long.toString(push.ttlSeconds(clock.millis()))},
            new String[] {"Urgency", push.content().urgency().wireName()},
            new String[] {"Topic", WebPushMessage.topic(push.collapseKey())},
            new String[] {"Content-Encoding", "aes128gcm"},
            new String[] {"Content-Type", "application/octet-stream"},
            new String[] {"Authorization", token.header()});
    return client
        .post(letter.endpoint, headers, letter.body, letter.started.nanos, push.look())
        .map(
            answer ->
                new Posted(
                    outcome(answer, letter, key, token),
                    RefusalReason.isOfTheKey(answer.status(), answer.reason())))
        .recover(failure -> withoutAnswer(failure, letter));
  }

  private Outcome outcome(
      WebPushClient.Answer answer, Letter letter, VapidKey key, VapidTokens.Token token) {
    int status = answer.status();
    String reason = ("HTTP " + status + " " + answer.reason()).strip();
    Instant now = clock.instant();
    if (status >= 200 && status < 300) {
      String location = answer.location();
      return new Outcome.Accepted(
          location == null
              ? letter.push.identity(letter.device).toString()
              : DeviceToken.cutEndpoint(location));
    }
    if (status == 404 || status == 410) {
      return new Outcome.Gone(reason, letter.started.at, Outcome.Kind.CERTAIN);
    }
    if (status == 429 || status >= 500) {
      return new Outcome.Unavailable(reason, RetryAfter.parse(answer.retryAfter(), now));
    }
    if ((status == 401 || status == 403) && tokens.renew(letter.endpoint.origin(), key, token)) {
      return new Outcome.Unavailable(reason + " for a token that is not new", null);
    }
    return new Outcome.Rejected(reason, status == 413);
  }

  private static Future<Posted> withoutAnswer(Throwable failure, Letter letter) {
    return switch (failure) {
      case EndpointGuard.ForbiddenEndpointException forbidden ->
          rejected("the endpoint " + forbidden.getMessage())
              .map(refused -> new Posted(refused, false));
      // as dead as one that its service calls gone
      case EndpointGuard.NoSuchHostException nowhere ->
          Future.succeededFuture(
              new Posted(
                  new Outcome.Gone(
                      String.valueOf(nowhere.getMessage()),
                      letter.started.at,
                      Outcome.Kind.CERTAIN),
                  false));
      default -> Future.failedFuture(failure);
    };
  }

  @Override
  public Future<Void> close() {
    return client.close();
  }
}
