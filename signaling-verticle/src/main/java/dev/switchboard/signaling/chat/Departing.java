package dev.switchboard.signaling.chat;

import dev.switchboard.signaling.chat.ChatStore.Seat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The members whose sockets have ended on this node, and of whose end Redis has not heard yet: for
 * Redis they are members still. One per process, used from any thread.
 */
public final class Departing {
  private final Map<Who, Integer> sockets = new ConcurrentHashMap<>();

  private record Who(String sessionId, String userId) {
    static Who of(Seat seat) {
      return new Who(seat.sessionId(), seat.userId());
    }
  }

  void add(Seat seat) {
    sockets.merge(Who.of(seat), 1, Integer::sum);
  }

  void remove(Seat seat) {
    sockets.computeIfPresent(Who.of(seat), (who, count) -> count == 1 ? null : count - 1);
  }

  /** True if the member of this seat may have had another socket a moment ago. */
  boolean has(Seat seat) {
    return sockets.containsKey(Who.of(seat));
  }
}
