package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a socket was sent of its calls and its client has perhaps not got, since a network may die
 * without a word. A client answers pings in order: a pong shows that it has all that was sent
 * before its ping. Belongs to the loop of its edge.
 */
final class Unproven {
  /** As much as is kept for a device that is away. */
  private static final int MOST = 512;

  private static final int MOST_CHARS = 1 << 20;

  /**
   * At the first frame after a while it asks at once, then with the next one after this time: what
   * is kept for a second outlives several collections, which cost a tenth of a call.
   */
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** So many pings without an answer say nothing that one more would. */
  private static final int MOST_PINGS = 3;

  private final SocketIoSocket socket;
  private final Deque<Sent> all = new ArrayDeque<>();
  private int chars;
  private long askedNanos = System.nanoTime() - EVERY_NANOS;

  Unproven(SocketIoSocket socket) {
    this.socket = socket;
  }

  /**
   * A message, and what was sent before it.
   *
   * @param pings how many
   */
  private record Sent(EdgeMessage message, String frame, long pings) {}

  /** Takes note of a frame that has just been sent; the oldest are forgotten if there are many. */
  void add(EdgeMessage message, String frame) {
    forgetArrived();
    all.addLast(new Sent(message, frame, socket.pings()));
    chars += frame.length();
    while (all.size() > MOST || chars > MOST_CHARS) {
      removeFirst();
    }
    long now = System.nanoTime();
    if (now - askedNanos >= EVERY_NANOS) {
      ask(now);
    }
  }

  private void ask(long now) {
    askedNanos = now;
    if (socket.pings() - socket.pongs() < MOST_PINGS) {
      socket.ping();
    }
  }

  private void removeFirst() {
    chars -= all.removeFirst().frame().length();
  }

  /** True if nothing is left. Else a ping is under way that will show whether anything is. */
  boolean isSettled() {
    if (hasAllArrived()) {
      return true;
    }
    if (socket.pings() == all.getLast().pings()) {
      ask(System.nanoTime());
    }
    return false;
  }

  private boolean hasAllArrived() {
    forgetArrived();
    return all.isEmpty();
  }

  private void forgetArrived() {
    while (!all.isEmpty() && socket.pongs() > all.getFirst().pings()) {
      removeFirst();
    }
  }

  /** Completes when nothing is left, or when the client has not answered in this time. */
  Future<@Nullable Void> settle(Duration time) {
    return settleUntil(System.nanoTime() + time.toNanos());
  }

  /** A pong that was under way may be an earlier ping's. */
  private Future<@Nullable Void> settleUntil(long deadline) {
    long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
    if (hasAllArrived() || left <= 0) {
      return Future.succeededFuture();
    }
    return socket
        .probe(left)
        .compose(alive -> alive ? settleUntil(deadline) : Future.succeededFuture());
  }

  /** What is left, the oldest first; from now on nothing is. */
  List<EdgeMessage> takeAll() {
    List<EdgeMessage> left = hasAllArrived() ? List.of() : all.stream().map(Sent::message).toList();
    all.clear();
    chars = 0;
    return left;
  }
}
