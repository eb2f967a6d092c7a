package dev.switchboard.signaling.chat;

import dev.switchboard.signaling.chat.Draft.KeptMessage;
import dev.switchboard.signaling.recovery.Progress;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last events of a chat session, as {@code chat_prelude} keeps them for members that come back.
 *
 * @param first the number of the oldest
 */
record PastEvents(long first, List<JsonObject> events) {
  /** An event that a member has missed. */
  sealed interface Missed {
    /** What orders the events of a session. */
    long number();

    /** A frame as it stands. */
    record Frame(long number, String frame) implements Missed {}

    /** A message of the history, to this member, or its own. */
    record Message(long number, KeptMessage kept, boolean own) implements Missed {}

    /** There are other session keys. */
    record SessionKeys(long number) implements Missed {}
  }

  /** Reads the answer of {@code chat_events}. */
  static PastEvents read(@Nullable Response answer) {
    List<JsonObject> events = new ArrayList<>();
    long last = answer == null ? 0 : answer.get(0).toLong();
    for (int i = 1; answer != null && i < answer.size(); i++) {
      events.add(new JsonObject(answer.get(i).toString()));
    }
    return new PastEvents(last - events.size() + 1, events);
  }

  /** The number of the newest, or of the last there was. */
  long last() {
    return first + events.size() - 1;
  }

  /**
   * What a member has not got, in order; null if some of it may not be here any more.
   *
   * @param progress what it has got
   */
  @Nullable List<Missed> since(Progress progress, String userId) {
    if (progress.highest() + 1 < first) {
      return null;
    }
    List<Missed> missed = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      long number = first + i;
      Missed one = progress.has(number) ? null : of(number, events.get(i), userId);
      if (one != null) {
        missed.add(one);
      }
    }
    return missed;
  }

  /** Null for an event that is not for this member. */
  private static @Nullable Missed of(long number, JsonObject event, String userId) {
    if (event.containsKey("k")) {
      return new Missed.SessionKeys(number);
    }
    if (event.containsKey("p")) {
      String about = event.getString("u");
      return about.equals(userId)
          ? null
          : new Missed.Frame(
              number,
              ChatFrames.presence(
                  event.getString("p"), about, event.getString("d"), event.getLong("at")));
    }
    String to = event.getString("t");
    if (event.containsKey("w")) {
      return to.equals(userId) ? new Missed.Frame(number, event.getString("w")) : null;
    }
    KeptMessage message = KeptMessage.of(event);
    boolean own = message.from().equals(userId);
    boolean isFor = own ? event.getBoolean("o") : to.equals(KeptMessage.ALL) || to.equals(userId);
    return isFor ? new Missed.Message(number, message, own) : null;
  }
}
