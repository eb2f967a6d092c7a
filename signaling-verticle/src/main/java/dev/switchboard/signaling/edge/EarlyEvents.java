package dev.switchboard.signaling.edge;

import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends before it has registered or joined waits for that, since stock clients send
 * what they buffered while they were offline before the app's handler of {@code connect} runs. Each
 * event waits for a limited time, and only so many do. Belongs to the loop of its edge.
 */
public final class EarlyEvents {
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int MAX_EVENTS = 128;
  private static final int MAX_BYTES = 512 * 1024;

  private final Vertx vertx;
  private @Nullable Deque<Early> waiting;
  private int bytes;
  private long timer = -1;

  public EarlyEvents(Vertx vertx) {
    this.vertx = vertx;
  }

  private record Early(long sinceNanos, int bytes, Runnable handle) {}

  public boolean areWaiting() {
    return waiting != null;
  }

  /** Lets an event of so many bytes wait; false if too much waits already. */
  public boolean hold(int size, Runnable handle) {
    Deque<Early> early = waiting;
    boolean full = early != null && (early.size() >= MAX_EVENTS || bytes + size > MAX_BYTES);
    if (!full) {
      queue(size, handle);
    }
    return !full;
  }

  /** Lets an event follow those that wait, however many they are. */
  public void queue(int size, Runnable handle) {
    Deque<Early> early = waiting;
    if (early == null) {
      early = new ArrayDeque<>();
      waiting = early;
    }
    early.add(new Early(System.nanoTime(), size, handle));
    bytes += size;
    if (timer < 0) {
      timer = vertx.setTimer(TimeUnit.NANOSECONDS.toMillis(WAIT_NANOS), id -> expire());
    }
  }

  private void expire() {
    timer = -1;
    Deque<Early> early = waiting;
    while (early != null && !early.isEmpty()) {
      long left = WAIT_NANOS - (System.nanoTime() - early.element().sinceNanos());
      if (left > 0) {
        timer = vertx.setTimer(TimeUnit.NANOSECONDS.toMillis(left) + 1, id -> expire());
        return;
      }
      Early first = early.remove();
      bytes -= first.bytes();
      first.handle().run();
    }
    if (timer < 0) {
      waiting = null;
    }
  }

  /** The client is in, or has ended: what waits is handled in its order. */
  public void release() {
    Deque<Early> early = waiting;
    waiting = null;
    bytes = 0;
    vertx.cancelTimer(timer);
    timer = -1;
    while (early != null && !early.isEmpty()) {
      early.remove().handle().run();
    }
  }
}
