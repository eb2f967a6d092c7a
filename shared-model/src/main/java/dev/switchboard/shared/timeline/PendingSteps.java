package dev.switchboard.shared.timeline;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Steps that no script of a call would write. They wait, a second at most, for a script that runs
 * anyway, or for each other; if that fails they are lost. Belongs to one event loop.
 */
public final class PendingSteps {
  /** More than that in a second are dropped. */
  private static final int MOST = 1_000;

  private final TimelineStamp stamp;
  private final List<Pending> waiting = new ArrayList<>();

  private record Pending(String callId, Step step, long sinceNanos) {}

  public PendingSteps(TimelineStamp stamp) {
    this.stamp = stamp;
  }

  /** Adds a step that happens now. */
  public void add(String callId, Step step) {
    if (!stamp.life().isZero() && waiting.size() < MOST) {
      waiting.add(new Pending(callId, step, System.nanoTime()));
    }
  }

  /** Takes all, as {@code write_pending} of the prelude has them; nothing if there is none. */
  public List<String> take() {
    if (waiting.isEmpty()) {
      return List.of();
    }
    List<String> arguments = new ArrayList<>();
    arguments.add(stamp.node());
    arguments.add(stamp.lifeMillis());
    long now = System.nanoTime();
    for (Pending one : waiting) {
      long age = TimeUnit.NANOSECONDS.toMillis(now - one.sinceNanos());
      List<String> fields = one.step().ago(age).fields();
      arguments.add(one.callId());
      arguments.add(Integer.toString(fields.size()));
      arguments.addAll(fields);
    }
    waiting.clear();
    return arguments;
  }
}
