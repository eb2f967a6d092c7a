package dev.switchboard.ice.relay;

import dev.switchboard.shared.metrics.MetricNames;
import dev.switchboard.shared.schedule.PeriodicTask;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the relays: a probe to each at the start and then again and again, never two to one relay
 * at a time. {@link #start} and {@link #stop} run on one context; {@link #listed} on any thread.
 */
public final class RelayProbes {
  private static final Logger LOG = LoggerFactory.getLogger(RelayProbes.class);

  /**
   * When to probe.
   *
   * @param pause from the end of a probe to the next one of that relay
   * @param timeout after which a probe counts as missed
   */
  public record Timing(Duration pause, Duration timeout) {
    /** A silent relay is probed every 10 s; 3 s leave room for two retransmissions. */
    public static final Timing DEFAULT = new Timing(Duration.ofSeconds(7), Duration.ofSeconds(3));
  }

  private final Vertx vertx;
  private final MeterRegistry meters;
  private final Timing timing;
  private final List<Relay> relays;
  private final StunProber prober;
  private final Map<Relay, Promise<Void>> underWay = new HashMap<>();
  private final List<Meter> gauges = new ArrayList<>();
  private final List<PeriodicTask> tasks = new ArrayList<>();
  private volatile RelayHealth health;

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
    for (Relay relay : relays) {
      tasks.add(
          PeriodicTask.start(
              vertx, "Probing " + relay.url(), timing.pause().toMillis(), () -> probe(relay)));
    }
  }

  /** The relays that clients are given; one at least if there is any. */
  public List<Relay> listed() {
    return health.listed();
  }

  /** One probe; a missed one is no failure of the task. */
  private Future<?> probe(Relay relay) {
    Promise<Void> outcome = Promise.promise();
    underWay.put(relay, outcome);
    long deadline =
        vertx.setTimer(timing.timeout().toMillis(), _ -> outcome.tryFail("no answer in time"));
    Future<Void> ended =
        outcome
            .future()
            .transform(
                result -> {
                  vertx.cancelTimer(deadline);
                  if (underWay.remove(relay, outcome)) {
                    record(relay, result.succeeded());
                  }
                  return Future.succeededFuture();
                });
    prober.ask(relay, outcome);
    return ended;
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
    List<Future<Void>> ended = tasks.stream().map(PeriodicTask::stop).toList();
    List<Promise<Void>> open = List.copyOf(underWay.values());
    underWay.clear();
    open.forEach(outcome -> outcome.tryFail("stopped"));
    gauges.forEach(meters::remove);
    return Future.join(ended).eventually(prober::close).mapEmpty();
  }
}
