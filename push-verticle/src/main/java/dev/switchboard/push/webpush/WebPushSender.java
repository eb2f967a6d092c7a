package dev.switchboard.push.webpush;

import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.http.BadFieldException;
import dev.switchboard.push.send.Fit;
import dev.switchboard.push.send.Outcome;
import dev.switchboard.push.send.Push;
import dev.switchboard.push.send.PushSender;
import dev.switchboard.push.send.RetryAfter;
import dev.switchboard.push.tokens.DeviceToken;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends to browsers by their push services (RFC 8030). Belongs to one event loop. */
final class WebPushSender implements PushSender {
  private final Vertx vertx;
  private final WebPushClient client;
  private final VapidKeys keys;
  private final VapidTokens tokens;

  /** Apple: VapidPkHashMismatch; Google: UnauthorizedRegistration, or in words. */
  private static final Pattern KEY_MISMATCH =
      Pattern.compile("vapid|UnauthorizedRegistration|mismatch", Pattern.CASE_INSENSITIVE);

  private static final Logger log = LoggerFactory.getLogger(WebPushSender.class);

  private final SubscriptionStore subscriptions;
  private final InstantSource clock;
  private final MessageEncryption encryption = new MessageEncryption(Crypto.fastest());
  private final P256 curve = new P256(Crypto.fastest());

  WebPushSender(
      Vertx vertx,
      WebPushClient client,
      VapidKeys keys,
      VapidTokens tokens,
      SubscriptionStore subscriptions,
      InstantSource clock) {
    this.subscriptions = subscriptions;
    this.vertx = vertx;
    this.client = client;
    this.keys = keys;
    this.tokens = tokens;
    this.clock = clock;
  }

  @Override
  public String provider() {
    return "webpush";
  }

  /** A browser maker's service: what one of its subscriptions is told, others may be told too. */
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
    return Fit.send(
        push.content(),
        content -> MessageEncryption.bodyLength(WebPushMessage.encode(content).length),
        MessageEncryption.BODY_MAX,
        content -> attempt(push.with(content), token, subscription));
  }

  private Future<Outcome> attempt(
      Push push, DeviceToken device, DeviceToken.Subscription subscription) {
    byte[] message = WebPushMessage.encode(push.content());
    if (message.length > MessageEncryption.MESSAGE_MAX) {
      return rejected("larger than " + MessageEncryption.MESSAGE_MAX + " bytes");
    }
    return keys.find(subscription.vapidKey())
        .compose(
            key ->
                key.isEmpty()
                    ? rejected("the VAPID key that it was made with can't be read")
                    : vertx
                        .executeBlocking(() -> encrypt(message, subscription), false)
                        .compose(body -> post(push, device, key.get(), body))
                        .compose(
                            told ->
                                told.keyRefused()
                                    ? byAnotherKey(push, device, subscription, key.get(), told)
                                    : Future.succeededFuture(told.outcome())));
  }

  /** What a service said, and whether it was of the key that signed. */
  private record Told(Outcome outcome, boolean keyRefused) {}

  /**
   * A subscription that was made before a rotation and posted after it counts as one of the new
   * key: the one that it does know is found by trying, once each, and kept.
   */
  private Future<Outcome> byAnotherKey(
      Push push,
      DeviceToken device,
      DeviceToken.Subscription subscription,
      VapidKey refused,
      Told first) {
    byte[] message = WebPushMessage.encode(push.content());
    return keys.others(refused)
        .compose(
            others -> {
              Future<Told> told = Future.succeededFuture(first);
              for (VapidKey other : others) {
                told =
                    told.compose(
                        before ->
                            before.keyRefused()
                                ? vertx
                                    .executeBlocking(() -> encrypt(message, subscription), false)
                                    .compose(body -> post(push, device, other, body))
                                    .onSuccess(now -> adopt(now, device, subscription, other))
                                : Future.succeededFuture(before));
              }
              return told;
            })
        .map(last -> last.keyRefused() ? first.outcome() : last.outcome());
  }

  private void adopt(
      Told told, DeviceToken device, DeviceToken.Subscription subscription, VapidKey key) {
    if (told.outcome() instanceof Outcome.Accepted) {
      subscriptions
          .adopt(device, subscription, key)
          .onFailure(failure -> log.debug("the key of a subscription is not noted", failure));
    }
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

  private Future<Told> post(Push push, DeviceToken device, VapidKey key, byte[] body) {
    Endpoint endpoint = Endpoint.parse(device.address());
    Instant now = clock.instant();
    VapidTokens.Token token = tokens.get(endpoint.origin(), key);
    List<String[]> headers =
        List.of(
            new String[] {"TTL", Long.toString(push.ttlSeconds(now.toEpochMilli()))},
            new String[] {"Urgency", push.content().urgency()},
            new String[] {"Topic", WebPushMessage.topic(push.collapseKey())},
            new String[] {"Content-Encoding", "aes128gcm"},
            new String[] {"Content-Type", "application/octet-stream"},
            new String[] {"Authorization", token.header()});
    return client
        .post(endpoint, headers, body)
        .map(
            answer -> {
              Outcome outcome = outcome(answer, push, device, endpoint, key, token);
              return new Told(outcome, outcome instanceof Outcome.Rejected && isOfTheKey(answer));
            })
        .recover(failure -> withoutAnswer(failure).map(outcome -> new Told(outcome, false)));
  }

  private static boolean isOfTheKey(WebPushClient.Answer answer) {
    return answer.status() == 401
        || answer.status() == 403
        || (answer.status() == 400 && KEY_MISMATCH.matcher(answer.reason()).find());
  }

  private Outcome outcome(
      WebPushClient.Answer answer,
      Push push,
      PushDevice device,
      Endpoint endpoint,
      VapidKey key,
      VapidTokens.Token token) {
    int status = answer.status();
    String reason = ("HTTP " + status + " " + answer.reason()).strip();
    Instant now = clock.instant();
    if (status >= 200 && status < 300) {
      String location = answer.location();
      return new Outcome.Accepted(
          location == null ? push.identity(device).toString() : DeviceToken.cutEndpoint(location));
    }
    if (status == 404 || status == 410) {
      return new Outcome.Gone(reason, now, Outcome.Kind.CERTAIN);
    }
    if (status == 429 || status >= 500) {
      return new Outcome.Unavailable(reason, RetryAfter.parse(answer.retryAfter(), now));
    }
    if ((status == 401 || status == 403) && tokens.renew(endpoint.origin(), key, token)) {
      return new Outcome.Unavailable(reason + " for a token that is not new", null);
    }
    return new Outcome.Rejected(reason, status == 413);
  }

  private static Future<Outcome> withoutAnswer(Throwable failure) {
    return failure instanceof EndpointGuard.ForbiddenEndpointException
        ? rejected("the endpoint " + failure.getMessage())
        : Future.failedFuture(failure);
  }

  @Override
  public Future<Void> close() {
    return client.close();
  }
}
