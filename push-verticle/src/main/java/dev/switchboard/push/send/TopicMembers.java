package dev.switchboard.push.send;

import io.vertx.core.Future;
import java.util.List;

/** Who is subscribed to a topic of FCM. Called on any event loop; never blocks it. */
public interface TopicMembers {
  /**
   * What came of a change.
   *
   * @param errors one a token that was not changed, in the words of FCM
   */
  record Changed(int succeeded, List<Failure> errors) {}

  /**
   * A token that was not changed.
   *
   * @param index its place in the request, from 0
   */
  record Failure(int index, String reason) {}

  /**
   * Adds tokens, at most 1,000. The future fails where FCM gives no answer for the request as a
   * whole, with a message that can be shown.
   */
  Future<Changed> subscribe(String topic, List<String> tokens);

  /** Takes tokens out, as {@link #subscribe}. */
  Future<Changed> unsubscribe(String topic, List<String> tokens);
}
