package dev.switchboard.push.webhooks;

import dev.switchboard.push.send.RetryAfter;
import dev.switchboard.shared.outbound.EndpointGuard.ForbiddenEndpointException;
import dev.switchboard.shared.outbound.ServiceClient;
import dev.switchboard.shared.webhooks.WebhookEntry;
import dev.switchboard.shared.webhooks.WebhookSigner;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Makes one attempt. Belongs to the event loop of its client. */
final class WebhookSender {
  /** What an attempt may take, in milliseconds. */
  static final long ATTEMPT_MILLIS = 10_000;

  /** Answers that are about the receiver and not about the event. */
  private static final Set<Integer> OF_RECEIVER = Set.of(408, 425, 429);

  private final ServiceClient client;
  private final WebhookSigner signer;
  private final InstantSource clock;
  private final long attemptMillis;

  WebhookSender(
      ServiceClient client, WebhookSigner signer, InstantSource clock, long attemptMillis) {
    this.client = client;
    this.signer = signer;
    this.clock = clock;
    this.attemptMillis = attemptMillis;
  }

  /** Sends an event. Never fails. */
  Future<Delivered> send(WebhookEntry event) {
    return client
        .post(
            signer.headers(event.id(), clock.millis(), event.body()),
            event.body(),
            0,
            attemptMillis)
        .map(this::read)
        .otherwise(this::failed);
  }

  private Delivered read(ServiceClient.Answer answer) {
    if (answer.isSuccess()) {
      return new Delivered.Taken();
    }
    String reason = "status " + answer.status();
    Duration retryAfter = RetryAfter.parse(answer.retryAfter(), clock.instant());
    return answer.status() >= 500 || OF_RECEIVER.contains(answer.status())
        ? new Delivered.Away("status", reason, retryAfter)
        : new Delivered.Refused(reason, retryAfter);
  }

  private Delivered failed(@Nullable Throwable failure) {
    return switch (failure) {
      case ForbiddenEndpointException forbidden ->
          new Delivered.Away("forbidden", "WEBHOOK_URL " + forbidden.getMessage(), null);
      case TimeoutException slow ->
          new Delivered.Away("timeout", "no answer within " + attemptMillis / 1_000 + " s", null);
      case null, default -> new Delivered.Away("connection", String.valueOf(failure), null);
    };
  }

  Future<Void> close() {
    return client.close();
  }
}
