package dev.switchboard.ice.provider;

import dev.switchboard.ice.provider.MintOutcome.Minted;
import dev.switchboard.ice.provider.MintOutcome.Refused;
import dev.switchboard.ice.provider.MintOutcome.Unavailable;
import dev.switchboard.shared.metrics.MetricNames;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a list of a provider at hand: one is minted at the start and the next at half of its life,
 * one request at a time. While the provider does not answer, the last list is used until its
 * credentials end. {@link #start} and {@link #stop} run on one context, the rest on any thread.
 */
public final class ProviderLists {
  private static final Logger log = LoggerFactory.getLogger(ProviderLists.class);

  /**
   * How long things take.
   *
   * @param answer after which a request to the provider counts as failed
   * @param pace what pauses are multiplied by: 1, but in tests
   */
  public record Timing(Duration answer, double pace) {
    public static final Timing DEFAULT = new Timing(Duration.ofSeconds(5), 1);
  }

  /** How the last request ended. */
  public enum State {
    STARTING,
    MINTED,
    UNAVAILABLE,
    REFUSED
  }

  private final Vertx vertx;
  private final MeterRegistry meters;
  private final InstantSource clock;
  private final ListProvider provider;
  private final ProviderClient client;
  private final Timing timing;
  private final long lifeSeconds;
  private volatile @Nullable ProvidedList last;
  private volatile State state = State.STARTING;
  private volatile Future<Void> underWay = Future.succeededFuture();
  private @Nullable Gauge gauge;
  private int failures;
  private long timer = -1;
  private boolean stopped;

  /**
   * Nothing is asked yet.
   *
   * @param promisedSeconds the longest life that lists are handed out with
   */
  public ProviderLists(
      Vertx vertx,
      MeterRegistry meters,
      InstantSource clock,
      ListProvider provider,
      long promisedSeconds,
      Timing timing) {
    this.vertx = vertx;
    this.meters = meters;
    this.clock = clock;
    this.provider = provider;
    this.timing = timing;
    this.lifeSeconds = RefreshPolicy.lifeSeconds(promisedSeconds, provider.longestSeconds());
    this.client = new ProviderClient(vertx, provider, timing.answer().toMillis());
  }

  /** Sends the first request and returns without waiting for it. */
  public void start() {
    gauge =
        Gauge.builder(MetricNames.TURN_PROVIDER_LIFE, this, ProviderLists::left)
            .description("How long the credentials of the provider's last list still live")
            .baseUnit("seconds")
            .tag("provider", provider.wireName())
            .register(meters);
    ask();
  }

  private double left() {
    ProvidedList list = last;
    return list == null ? 0 : list.leftSeconds(clock.millis());
  }

  /** The last list, while its credentials live. */
  public Optional<ProvidedList> current() {
    return Optional.ofNullable(last).filter(list -> list.leftSeconds(clock.millis()) > 0);
  }

  /** Completes when the request that is under way has ended, at once if none is. Never fails. */
  public Future<Void> underWay() {
    return underWay;
  }

  public State state() {
    return state;
  }

  /** The provider's name as metrics and answers write it. */
  public String provider() {
    return provider.wireName();
  }

  private void ask() {
    Promise<Void> ended = Promise.promise();
    underWay = ended.future();
    long askedAt = clock.millis();
    client
        .mint(lifeSeconds)
        .onSuccess(
            outcome -> {
              take(outcome, askedAt);
              ended.complete();
            });
  }

  private void take(MintOutcome outcome, long askedAt) {
    if (stopped) {
      return;
    }
    meters
        .counter(
            MetricNames.TURN_PROVIDER_REQUESTS,
            "provider",
            provider.wireName(),
            "outcome",
            outcome.wireName())
        .increment();
    say(outcome);
    switch (outcome) {
      case Minted minted -> {
        // Its life counts from the question on: how long the answer took is not known to be more.
        last = new ProvidedList(minted.servers(), askedAt + minted.lifeSeconds() * 1_000);
        state = State.MINTED;
        failures = 0;
      }
      case Refused _ -> {
        state = State.REFUSED;
        failures++;
      }
      case Unavailable _ -> {
        state = State.UNAVAILABLE;
        failures++;
      }
    }
    long pause =
        RefreshPolicy.pauseMillis(outcome, failures, ThreadLocalRandom.current().nextDouble());
    timer = vertx.setTimer(Math.max(1, (long) (pause * timing.pace())), _ -> ask());
  }

  /** One line for each change; nothing that the provider wrote. */
  private void say(MintOutcome outcome) {
    switch (outcome) {
      case Minted minted -> {
        if (state != State.MINTED) {
          log.info(
              "{} lists {} ICE servers for {} s",
              provider.wireName(),
              minted.servers().size(),
              minted.lifeSeconds());
        }
      }
      case Refused(int status) -> {
        if (state != State.REFUSED) {
          log.error(
              "{} refuses to list relays (status {}): look at its key and account",
              provider.wireName(),
              status);
        }
      }
      case Unavailable(String why, long _) -> {
        if (state != State.UNAVAILABLE) {
          log.warn(
              "{} lists no relays, is asked again: {}; the last list lives {} s",
              provider.wireName(),
              why,
              (long) left());
        }
      }
    }
  }

  /** Asks no more; a request under way is given up. */
  public Future<Void> stop() {
    stopped = true;
    vertx.cancelTimer(timer);
    if (gauge != null) {
      meters.remove(gauge);
    }
    return client.close();
  }
}
