package dev.switchboard.signaling.calls;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Which sockets' tokens run out next. One per edge, looked at once a second, no timer per socket.
 */
final class TokenClock {
  /** How long before its end a client is told, in milliseconds. */
  static final long NOTICE_MILLIS = 60_000;

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.comparingLong(Entry::at));

  /** What is to be done for a socket at a time; stale once its token has been renewed. */
  record Entry(long at, CallSocket socket, long expiresAt, boolean notice) {}

  /** Watches a token that ends at {@code expiresAt}. */
  void watch(CallSocket socket, long expiresAt, long now) {
    if (expiresAt == Long.MAX_VALUE) {
      return;
    }
    entries.add(new Entry(Math.max(now, expiresAt - NOTICE_MILLIS), socket, expiresAt, true));
    entries.add(new Entry(expiresAt, socket, expiresAt, false));
  }

  /** Takes out what is due. */
  List<Entry> due(long now) {
    List<Entry> due = new ArrayList<>();
    for (Entry first = entries.peek(); first != null && first.at() <= now; first = entries.peek()) {
      due.add(entries.remove());
    }
    return due;
  }

  /** Forgets sockets that are gone; called now and then, so that long tokens do not pile up. */
  void purge() {
    entries.removeIf(entry -> !entry.socket().socket().isConnected());
  }
}
