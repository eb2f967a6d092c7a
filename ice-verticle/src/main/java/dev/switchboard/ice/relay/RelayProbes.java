package dev.switchboard.ice.relay;

import dev.switchboard.shared.metrics.MetricNames;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the relays: a probe to each at the start and then every interval, never two to one relay
 * at a time. {@link #start} and {@link #stop} run on one context; {@link #listed} on any thread.
 */
public final class RelayProbes {
  private static final Logger LOG = LoggerFactory.getLogger(RelayProbes.class);

  /**
   * When to ask.
   *
   * @param interval between two probes of one relay
   * @param timeout after which a probe counts as missed
   */
  public record Timing(Duration interval, Duration timeout) {
    /** Looked at every 10 s; 3 s leave room for two retransmissions. */
    public static final Timing DEFAULT = new Timing(Duration.ofSeconds(10), Duration.ofSeconds(3));
  }

  /**
   * How the last probe of a relay went.
   *
   * @param at when it ended, in milliseconds since the epoch
   * @param answeredAt when the last one that was answered ended; 0 if none was
   * @param tookMillis how long the answer took; of one that was missed, how long it was waited for
   */
  public record Probe(boolean answered, long at, long answeredAt, long tookMillis) {}

  /**
   * A relay as operators are told of it.
   *
   * @param listed whether clients are told of it
   * @param misses in a row; counted no further than what takes it off the list
   * @param last null before the first probe has ended
   */
  public record State(Relay relay, boolean up, boolean listed, int misses, @Nullable Probe last) {}

  private final Vertx vertx;
  private final MeterRegistry meters;
  private final Timing timing;
  private final List<Relay> relays;
  private final StunProber prober;
  private final Map<Relay, Promise<Void>> underWay = new HashMap<>();
  private final List<Meter> gauges = new ArrayList<>();
  private final Map<Relay, Probe> last = new ConcurrentHashMap<>();
  private volatile RelayHealth health;
  private long timer = -1;

  public RelayProbes(Vertx vertx, MeterRegistry meters, List<Relay> relays, Timing timing) {
    this.vertx = vertx;
    this.meters = meters;
    this.timing = timing;
    this.relays = relays.stream().distinct().toList();
    this.health = RelayHealth.of(this.relays);
    this.prober = new StunProber(vertx, timing.timeout());
  }

  /** Sends the first probes and returns without waiting for them. */
  public void start() {
    for (Relay relay : relays) {
      gauges.add(
          Gauge.builder(MetricNames.TURN_UP, this, probes -> probes.health.isUp(relay) ? 1 : 0)
              .description("1 while the relay answers, 0 after three missed probes in a row")
              .tag("url", relay.url())
              .register(meters));
    }
    if (!relays.isEmpty()) {
      timer = vertx.setPeriodic(timing.interval().toMillis(), _ -> probeAll());
      probeAll();
    }
  }

  /** The relays that clients should be told of; one at least if there is any. */
  public List<Relay> listed() {
    return health.listed();
  }

  /** Those that are left out, since they have missed probes. Any thread. */
  public List<Relay> leftOut() {
    List<Relay> listed = listed();
    return relays.stream().filter(relay -> !listed.contains(relay)).toList();
  }

  /** Every relay there is, in the configured order. Any thread. */
  public List<State> states() {
    RelayHealth now = health;
    List<Relay> listed = now.listed();
    return relays.stream()
        .map(
            relay ->
                new State(
                    relay,
                    now.isUp(relay),
                    listed.contains(relay),
                    now.misses().getOrDefault(relay, 0),
                    last.get(relay)))
        .toList();
  }

  private void probeAll() {
    for (Relay relay : relays) {
      if (!underWay.containsKey(relay)) {
        probe(relay);
      }
    }
  }

  private void probe(Relay relay) {
    Promise<Void> outcome = Promise.promise();
    underWay.put(relay, outcome);
    long begun = System.nanoTime();
    long deadline =
        vertx.setTimer(timing.timeout().toMillis(), _ -> outcome.tryFail("no answer in time"));
    outcome
        .future()
        .onComplete(
            result -> {
              vertx.cancelTimer(deadline);
              if (underWay.remove(relay, outcome)) {
                note(relay, result.succeeded(), begun);
                record(relay, result.succeeded());
              }
            });
    prober.ask(relay, outcome);
  }

  private void note(Relay relay, boolean answered, long begunNanos) {
    long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
    long now = System.currentTimeMillis();
    Probe before = last.get(relay);
    long answeredAt = before == null ? 0 : before.answeredAt();
    last.put(relay, new Probe(answered, now, answered ? now : answeredAt, took));
  }

  private void record(Relay relay, boolean answered) {
    RelayHealth before = health;
    RelayHealth after = answered ? before.answered(relay) : before.missed(relay);
    health = after;
    if (before.isUp(relay) && !after.isUp(relay)) {
      LOG.warn(
          "relay {} missed {} probes in a row, {}",
          relay.url(),
          RelayHealth.MISSES_TO_LEAVE,
          after.listed().contains(relay) ? "stays as the last one" : "leaves the list");
    } else if (!before.isUp(relay) && after.isUp(relay)) {
      LOG.info("relay {} answers again", relay.url());
    }
  }

  /** Ends the probes under way without counting them. */
  public Future<Void> stop() {
    vertx.cancelTimer(timer);
    List<Promise<Void>> open = List.copyOf(underWay.values());
    underWay.clear();
    open.forEach(outcome -> outcome.tryFail("stopped"));
    gauges.forEach(meters::remove);
    return prober.close();
  }
}
