package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one socket sends before it has registered waits for the registration, since stock clients
 * send what they buffered while they were offline before the app's handler of {@code connect} runs.
 * Each event waits for a limited time, and only so many do. One of them waits here, the others
 * behind it in the order of the socket. Belongs to the loop of its edge.
 */
final class EarlyEvents {
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int MAX_EVENTS = 128;
  private static final int MAX_BYTES = 512 * 1024;

  private final Vertx vertx;
  private @Nullable Promise<Void> first;
  private long timer = -1;
  private int events;
  private int bytes;

  EarlyEvents(Vertx vertx) {
    this.vertx = vertx;
  }

  /** True while events wait. */
  boolean areWaiting() {
    return first != null;
  }

  /** Takes one more; false if too much waits already. */
  boolean add(Event event) {
    if (events == MAX_EVENTS || bytes + event.size() > MAX_BYTES) {
      return false;
    }
    events++;
    bytes += event.size();
    return true;
  }

  /** It has been handled or refused. */
  void remove(Event event) {
    events--;
    bytes -= event.size();
  }

  /**
   * Completes when the socket has registered, or when an event that came at {@code arrivedNanos}
   * has waited long enough. One at a time.
   */
  Future<Void> registration(long arrivedNanos) {
    long waited = System.nanoTime() - arrivedNanos;
    if (waited >= WAIT_NANOS) {
      return Future.succeededFuture();
    }
    Promise<Void> awaited = Promise.promise();
    first = awaited;
    long left = TimeUnit.NANOSECONDS.toMillis(WAIT_NANOS - waited);
    timer = vertx.setTimer(Math.max(1, left), id -> end());
    return awaited.future();
  }

  /** The socket has registered or has ended, or the first event has waited long enough. */
  void end() {
    Promise<Void> awaited = first;
    if (awaited != null) {
      first = null;
      vertx.cancelTimer(timer);
      awaited.complete();
    }
  }
}
