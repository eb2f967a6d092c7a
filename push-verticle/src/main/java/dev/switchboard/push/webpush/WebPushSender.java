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
import org.jspecify.annotations.Nullable;

/** Sends to browsers by their push services (RFC 8030). Belongs to one event loop. */
final class WebPushSender implements PushSender {
  private final Vertx vertx;
  private final WebPushClient client;
  private final VapidKeys keys;
  private final VapidTokens tokens;
  private final InstantSource clock;
  private final MessageEncryption encryption = new MessageEncryption(Crypto.fastest());
  private final P256 curve = new P256(Crypto.fastest());

  WebPushSender(
      Vertx vertx, WebPushClient client, VapidKeys keys, VapidTokens tokens, InstantSource clock) {
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
    DeviceToken.@Nullable Subscription subscription =
        device instanceof DeviceToken token ? token.subscription() : null;
    if (subscription == null) {
      return rejected("it is no Web Push subscription");
    }
    return Fit.send(
        push.content(),
        content -> MessageEncryption.bodyLength(WebPushMessage.encode(content).length),
        MessageEncryption.BODY_MAX,
        content -> attempt(push.with(content), device, subscription));
  }

  private Future<Outcome> attempt(
      Push push, PushDevice device, DeviceToken.Subscription subscription) {
    byte[] message = WebPushMessage.encode(push.content());
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
                        .executeBlocking(() -> encrypt(message, subscription), false)
                        .compose(body -> post(push, device, endpoint, key.get(), body)));
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

  private Future<Outcome> post(
      Push push, PushDevice device, Endpoint endpoint, VapidKey key, byte[] body) {
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
        .map(answer -> outcome(answer, push, device, endpoint, key, token))
        .recover(WebPushSender::withoutAnswer);
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
