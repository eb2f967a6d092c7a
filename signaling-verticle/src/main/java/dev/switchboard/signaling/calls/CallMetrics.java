package dev.switchboard.signaling.calls;

import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.switchboard.shared.metrics.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The metrics of calls. One per process, used from any thread. */
public final class CallMetrics {
  /** Why calls end; one turned down is {@code rejected}, whatever its reason. */
  private static final List<String> ENDS =
      List.of("hangup", "cancelled", "rejected", "no_answer", "peer_lost", "max_duration");

  /** All that a reason may be called here; others are in the words of whoever ended a call. */
  private static final Set<String> NAMED =
      Stream.concat(ENDS.stream(), Stream.of("superseded", "unavailable"))
          .collect(Collectors.toUnmodifiableSet());

  private static final String TERMINATED = "terminated";

  private final MeterRegistry meters;
  private final Timer incoming;
  private final Timer accepted;
  private final Timer duration;
  private final Map<String, QualityMeters> qualities;
  private final Map<CallState, AtomicLong> present = new EnumMap<>(CallState.class);

  public CallMetrics(MeterRegistry meters) {
    this.meters = meters;
    this.incoming = setup("incoming");
    this.accepted = setup("accepted");
    this.qualities =
        CallQuality.PATHS.stream()
            .collect(toUnmodifiableMap(path -> path, path -> new QualityMeters(meters, path)));
    this.duration =
        Timer.builder(MetricNames.CALL_DURATION).publishPercentileHistogram().register(meters);
    for (CallState state : new CallState[] {CallState.RINGING, CallState.ACCEPTED}) {
      AtomicLong count = new AtomicLong();
      present.put(state, count);
      meters.gauge(MetricNames.CALLS, List.of(Tag.of("state", state.wireName())), count);
    }
    startAtZero();
  }

  /** A series that begins with its first event hides that event from {@code rate()}. */
  private void startAtZero() {
    ENDS.forEach(this::ended);
    ended(TERMINATED);
    for (String path : List.of("host", "srflx", "relay")) {
      connections("connected", path);
      connections("failed", path);
    }
    limits("events");
    limits("calls");
    List.of("accepted", "rejected", "cancelled", "timed_out", "busy", "unreachable", "limited")
        .forEach(this::rings);
    rings("probe_unanswered");
  }

  private Timer setup(String stage) {
    return Timer.builder(MetricNames.CALL_SETUP)
        .tag("stage", stage)
        .publishPercentileHistogram()
        .register(meters);
  }

  /** True for a reason that is one of ours. */
  static boolean isNamed(@Nullable String reason) {
    return reason != null && NAMED.contains(reason);
  }

  void incoming(long nanos) {
    incoming.record(nanos, TimeUnit.NANOSECONDS);
  }

  void accepted(long nanos) {
    accepted.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** A caller's socket on this node has entered ({@code +1}) or left ({@code -1}) a state. */
  void caller(CallState state, int change) {
    AtomicLong count = present.get(state);
    if (count != null) {
      count.addAndGet(change);
    }
  }

  /** Live calls whose caller's socket is on this node. */
  public long live() {
    return present.values().stream().mapToLong(AtomicLong::get).sum();
  }

  void changed(Call before, Call after) {
    if (before.state() == CallState.RINGING && after.state() != CallState.RINGING) {
      boolean unreachable = CallMachine.SYSTEM.equals(after.endedBy());
      ring(
          switch (after.state()) {
            case RINGING, ACCEPTED -> "accepted";
            case REJECTED -> unreachable ? "unreachable" : "rejected";
            case CANCELLED, ENDED -> "cancelled";
            case TIMEOUT -> "timed_out";
          });
    }
    if (before.state().isLive() && !after.state().isLive()) {
      String reason = after.state() == CallState.REJECTED ? "rejected" : after.reason();
      ended(reason != null && isNamed(reason) ? reason : TERMINATED).increment();
      if (after.acceptedAt() > 0) {
        duration.record(after.endedAt() - after.acceptedAt(), TimeUnit.MILLISECONDS);
      }
    }
  }

  /** A client has reported how its media found its way. */
  void connection(String result, String path) {
    connections(result, path).increment();
  }

  /** How a call was at one side. */
  public void quality(CallQuality quality) {
    QualityMeters of = qualities.get(quality.path());
    if (of != null) {
      of.count(quality);
    }
  }

  /** A request was refused by a limit. */
  void limited(String limit) {
    limits(limit).increment();
  }

  /** What became of a ring, or why a device did not ring, as timelines say it. */
  void ring(String why) {
    rings(why).increment();
  }

  private Counter rings(String why) {
    return meters.counter(MetricNames.RING_OUTCOMES, "why", why);
  }

  private Counter ended(String reason) {
    return meters.counter(MetricNames.CALLS_ENDED, "reason", reason);
  }

  private Counter connections(String result, String path) {
    return meters.counter(MetricNames.ICE_CONNECTIONS, "result", result, "path", path);
  }

  private Counter limits(String limit) {
    return meters.counter(MetricNames.RATE_LIMITED, "limit", limit);
  }
}
