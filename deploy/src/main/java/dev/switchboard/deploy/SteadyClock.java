package dev.switchboard.deploy;

import com.hazelcast.internal.util.Clock;
import java.util.concurrent.TimeUnit;

/**
 * Hazelcast's time: what the machine's clock said at first, and from then on by the monotonic one.
 * Members agree on one time when they join, and ignore heartbeats that seem to be 2.5 s old, so
 * that a machine whose clock is set would be taken for gone, or take the others for that.
 */
public final class SteadyClock extends Clock.ClockImpl {
  private static final String SETTING = "com.hazelcast.clock.impl";

  private final long began = System.currentTimeMillis();
  private final long beganNanos = System.nanoTime();

  /** Called by Hazelcast, by name. */
  public SteadyClock() {}

  /** Has Hazelcast use one in this process; to be called before any other class of it is used. */
  static void install() {
    System.setProperty(SETTING, SteadyClock.class.getName());
  }

  @Override
  protected long currentTimeMillis() {
    return began + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos);
  }
}
