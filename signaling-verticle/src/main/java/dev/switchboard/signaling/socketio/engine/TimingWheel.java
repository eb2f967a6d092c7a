package dev.switchboard.signaling.socketio.engine;

import io.vertx.core.Vertx;

/**
 * One timer for all deadlines of an event loop: a hashed wheel of linked entries, so that arming,
 * moving and cancelling a deadline costs a few pointer writes and no allocation.
 *
 * <p>Belongs to one event loop. Entries fire between their deadline and one tick after it. If the
 * loop has been held up for more than a second, the clock of the wheel stands still meanwhile: what
 * clients sent in that time is read before anyone is declared dead.
 */
public final class TimingWheel {
  /** Something with a deadline. An entry is in the wheel at most once. */
  public abstract static class Entry {
    // An entry that is in no list points at itself.
    private Entry previous = this;
    private Entry next = this;
    private long tick;
    private boolean armed;

    /**
     * Called on the event loop when the deadline has passed. The entry is out of the wheel then.
     */
    protected abstract void expired();

    public final boolean isArmed() {
      return armed;
    }
  }

  private static final class Bucket extends Entry {
    @Override
    protected void expired() {}
  }

  private static final int BUCKETS = 512;
  private static final long MAX_LAG_NANOS = 1_000_000_000L;

  private final Vertx vertx;
  private final Entry[] buckets = new Entry[BUCKETS];
  private final Entry due = new Bucket();
  private final long tickNanos;
  private final long timer;
  private long origin = System.nanoTime();
  private long current;

  TimingWheel(Vertx vertx, long tickMillis) {
    this.vertx = vertx;
    tickNanos = tickMillis * 1_000_000L;
    for (int i = 0; i < BUCKETS; i++) {
      buckets[i] = new Bucket();
    }
    timer = vertx.setPeriodic(tickMillis, _ -> advance());
  }

  /** The time of the wheel in nanoseconds. */
  long now() {
    return System.nanoTime() - origin;
  }

  /** Arms an entry, or moves it if it is armed, to fire at the first tick at or after the delay. */
  public void schedule(Entry entry, long delayMillis) {
    scheduleAt(entry, now() + delayMillis * 1_000_000L);
  }

  /**
   * Arms or moves an entry to fire at the last tick before the delay is over. Returns that time.
   */
  long scheduleBefore(Entry entry, long delayMillis) {
    long tick = (now() + delayMillis * 1_000_000L) / tickNanos;
    insert(entry, tick);
    return tick * tickNanos;
  }

  /** As {@link #schedule}, at a time of the wheel in nanoseconds. */
  void scheduleAt(Entry entry, long nanos) {
    insert(entry, (nanos + tickNanos - 1) / tickNanos);
  }

  /** Takes an entry out; does nothing if it is not armed. */
  public void cancel(Entry entry) {
    if (!entry.armed) {
      return;
    }
    entry.previous.next = entry.next;
    entry.next.previous = entry.previous;
    entry.previous = entry;
    entry.next = entry;
    entry.armed = false;
  }

  void stop() {
    vertx.cancelTimer(timer);
  }

  private void insert(Entry entry, long tick) {
    cancel(entry);
    entry.tick = Math.max(tick, current + 1);
    link(entry, buckets[(int) (entry.tick & (BUCKETS - 1))]);
  }

  private void advance() {
    long target = now() / tickNanos;
    long lag = target - current - 1;
    if (lag * tickNanos > MAX_LAG_NANOS) {
      origin += lag * tickNanos;
      target = current + 1;
    }
    while (current < target) {
      current++;
      fire(buckets[(int) (current & (BUCKETS - 1))]);
    }
  }

  // Entries are compared by what they are, not by a value.
  @SuppressWarnings("ReferenceEquality")
  private void fire(Entry bucket) {
    // First move what is due to a list of its own: a callback may then arm and cancel whatever it
    // likes.
    Entry entry = bucket.next;
    while (entry != bucket) {
      Entry next = entry.next;
      if (entry.tick <= current) {
        cancel(entry);
        link(entry, due);
      }
      entry = next;
    }
    while (due.next != due) {
      Entry first = due.next;
      cancel(first);
      first.expired();
    }
  }

  private static void link(Entry entry, Entry bucket) {
    Entry last = bucket.previous;
    last.next = entry;
    entry.previous = last;
    entry.next = bucket;
    bucket.previous = entry;
    entry.armed = true;
  }
}
