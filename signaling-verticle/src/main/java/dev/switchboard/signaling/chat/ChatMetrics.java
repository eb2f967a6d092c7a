package dev.switchboard.signaling.chat;

import dev.switchboard.shared.metrics.MetricNames;
import dev.switchboard.signaling.edge.ErrorCode;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** The metrics of chat. One per process, used from any thread. */
final class ChatMetrics {
  private final MeterRegistry meters;
  private final DistributionSummary messages;
  private final AtomicInteger members = new AtomicInteger();
  private final AtomicInteger sessions = new AtomicInteger();

  ChatMetrics(MeterRegistry meters) {
    this.meters = meters;
    this.messages =
        DistributionSummary.builder(MetricNames.CHAT_MESSAGE_BYTES)
            .baseUnit("bytes")
            .register(meters);
    meters.gauge(MetricNames.CHAT_MEMBERS, members);
  }

  /** A socket of this node has come into a session. */
  void entered() {
    members.incrementAndGet();
  }

  /** A socket of this node is in a session no more. */
  void left() {
    members.decrementAndGet();
  }

  /** A socket of this node is, or is no longer, the first member of its session. */
  void first(boolean now) {
    sessions.addAndGet(now ? 1 : -1);
  }

  /**
   * How many sessions have their first member on this node, so that those of all nodes add up. Any
   * thread.
   */
  int sessions() {
    return sessions.get();
  }

  void kept(long bytes) {
    messages.record((double) bytes);
  }

  /** Something was refused with this code. */
  void refused(ErrorCode error) {
    meters.counter(MetricNames.CHAT_REFUSED, "error", error.code()).increment();
  }

  /** A message was refused by the rate. */
  void limited() {
    meters.counter(MetricNames.RATE_LIMITED, "limit", "chat").increment();
  }
}
