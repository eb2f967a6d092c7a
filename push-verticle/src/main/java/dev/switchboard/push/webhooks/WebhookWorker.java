package dev.switchboard.push.webhooks;

import dev.switchboard.push.webhooks.WebhookQueue.Head;
import dev.switchboard.push.webhooks.WebhookQueue.Verdict;
import dev.switchboard.shared.webhooks.WebhookEntry;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims subjects and sends their events, in order. What it has claimed when its node dies is due
 * again after {@link #LEASE_MILLIS}. Belongs to the event loop of its queue.
 */
final class WebhookWorker {
  /** Longer than an attempt by clocks that differ, so that nobody else makes it meanwhile. */
  static final long LEASE_MILLIS = WebhookSender.ATTEMPT_MILLIS + 6_000;

  private static final int BURIED_AT_ONCE = 100;
  private static final String NEVER_TRIED = "the receiver was away for 24 h";
  private static final Logger log = LoggerFactory.getLogger(WebhookWorker.class);

  private final WebhookQueue queue;
  private final WebhookSender sender;
  private final WebhookMetrics metrics;
  private final InstantSource clock;
  private final Runnable again;
  private final ReceiverState receiver = new ReceiverState();
  private final Set<Future<Void>> underWay = new HashSet<>();
  private boolean backlog;
  private boolean stopped;

  /**
   * One that has claimed nothing.
   *
   * @param again run when it could claim more than it has
   */
  WebhookWorker(
      WebhookQueue queue,
      WebhookSender sender,
      WebhookMetrics metrics,
      InstantSource clock,
      Runnable again) {
    this.queue = queue;
    this.sender = sender;
    this.metrics = metrics;
    this.clock = clock;
    this.again = again;
  }

  /** Claims what is due, as far as the receiver takes it, and begins to send it. */
  Future<Void> step() {
    long now = clock.millis();
    int free = receiver.allowed(now, underWay.size());
    if (stopped || free == 0 || !queue.isUp()) {
      return Future.succeededFuture();
    }
    return queue
        .claim(now, LEASE_MILLIS, free)
        .onSuccess(
            subjects -> {
              backlog = subjects.size() == free;
              subjects.forEach(this::begin);
            })
        .mapEmpty();
  }

  private void begin(String subject) {
    Future<Void> done = queue.head(subject).compose(head -> next(subject, head));
    underWay.add(done);
    done.onComplete(
        ended -> {
          underWay.remove(done);
          if (ended.failed()) {
            log.debug("{} is due again", subject, ended.cause());
          } else if (backlog) {
            again.run();
          }
        });
  }

  private Future<Void> next(String subject, @Nullable Head head) {
    if (head == null) {
      return queue.forget(subject);
    }
    if (stopped) {
      return queue.release(subject, clock.millis());
    }
    Optional<WebhookEntry> event = WebhookEntry.parse(head.text());
    return event.isEmpty()
        ? bury(subject, head, "not an event").compose(following -> follow(subject, following))
        : sender
            .send(event.get())
            .compose(delivered -> settle(subject, head, event.get(), delivered));
  }

  /** A subject without more events has been taken off by the script. */
  private Future<Void> follow(String subject, @Nullable Head following) {
    return following == null ? Future.succeededFuture() : next(subject, following);
  }

  private Future<Void> settle(String subject, Head head, WebhookEntry event, Delivered delivered) {
    long now = clock.millis();
    switch (delivered) {
      case Delivered.Taken() -> {
        answered();
        metrics.delivered(now - event.filedAt());
        return queue
            .settle(subject, head.text(), Verdict.DELIVERED, now + LEASE_MILLIS, "")
            .compose(following -> follow(subject, following));
      }
      case Delivered.Refused(String reason, Duration retryAfter) -> {
        answered();
        metrics.failed("refused");
        return failed(subject, head, event, reason, retryAfter);
      }
      case Delivered.Away(String why, String reason, Duration retryAfter) -> {
        if (receiver.failed(now, retryAfter)) {
          log.warn("The webhook's receiver takes no events: {}", reason);
        }
        metrics.failed(why);
        return failed(subject, head, event, reason, retryAfter);
      }
    }
  }

  private void answered() {
    if (receiver.answered()) {
      log.info("The webhook's receiver takes events again");
    }
  }

  private Future<Void> failed(
      String subject, Head head, WebhookEntry event, String reason, @Nullable Duration retryAfter) {
    long now = clock.millis();
    if (BackOff.isOver(event.filedAt(), now)) {
      return bury(subject, head, reason).compose(following -> follow(subject, following));
    }
    double chance = ThreadLocalRandom.current().nextDouble();
    long wait = BackOff.waitMillis(head.attempts() + 1, chance, retryAfter);
    return queue.settle(subject, head.text(), Verdict.FAILED, now + wait, reason).mapEmpty();
  }

  private Future<@Nullable Head> bury(String subject, Head head, String reason) {
    metrics.dead();
    return queue.settle(subject, head.text(), Verdict.DEAD, clock.millis() + LEASE_MILLIS, reason);
  }

  /**
   * Makes dead letters of events that have been waiting for a day without an attempt, since the
   * receiver takes none. Only while that is so.
   */
  Future<Void> buryOld() {
    if (stopped || !receiver.isDown() || !queue.isUp()) {
      return Future.succeededFuture();
    }
    long dayAgo = clock.millis() - BackOff.LIFE.toMillis();
    return queue
        .claim(dayAgo, BackOff.LIFE.toMillis() + LEASE_MILLIS, BURIED_AT_ONCE)
        .compose(
            subjects -> {
              List<Future<Void>> buried =
                  subjects.stream()
                      .map(subject -> queue.head(subject).compose(head -> buryOld(subject, head)))
                      .toList();
              return Future.join(buried)
                  .compose(
                      all ->
                          subjects.size() == BURIED_AT_ONCE ? buryOld() : Future.succeededFuture());
            });
  }

  private Future<Void> buryOld(String subject, @Nullable Head head) {
    if (head == null) {
      return queue.forget(subject);
    }
    boolean old =
        WebhookEntry.parse(head.text())
            .map(event -> BackOff.isOver(event.filedAt(), clock.millis()))
            .orElse(true);
    return old
        ? bury(subject, head, NEVER_TRIED)
            .compose(
                following ->
                    following == null ? Future.succeededFuture() : buryOld(subject, following))
        : queue.release(subject, clock.millis());
  }

  /** Claims nothing new; completes when what is under way has ended. */
  Future<Void> stop() {
    stopped = true;
    return Future.join(List.copyOf(underWay)).<Void>mapEmpty().otherwiseEmpty();
  }
}
