package dev.switchboard.signaling.chat;

import dev.switchboard.signaling.chat.Draft.KeptMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The newest messages that a member sent before it took its seat. Where its former node can't be
 * heard they come to others later than what it sends next, which says so for that reason. Belongs
 * to the loop of its edge.
 */
final class SentBefore {
  /** How many messages of the session count as new: about as many as readers tell apart. */
  private static final int NEW = 64;

  private final Map<String, Long> newest = new HashMap<>();

  /** Nothing. */
  SentBefore() {}

  /** What a history has of a member. */
  SentBefore(String userId, List<KeptMessage> history) {
    for (KeptMessage message : history.subList(Math.max(0, history.size() - NEW), history.size())) {
      if (message.from().equals(userId) && message.order() > 0) {
        newest.merge(message.to(), message.order(), Math::max);
      }
    }
  }

  /** What the next message must come after, for those that it is for; they need it once. */
  Map<String, Long> takeFor(String to) {
    if (newest.isEmpty()) {
      return Map.of();
    }
    Map<String, Long> after = new HashMap<>(newest);
    if (to.equals(KeptMessage.ALL)) {
      newest.clear();
    } else {
      after.keySet().removeIf(other -> !other.equals(to) && !other.equals(KeptMessage.ALL));
      newest.remove(to);
    }
    return Map.copyOf(after);
  }
}
