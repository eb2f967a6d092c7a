package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.calls.Decision.Effect;
import dev.switchboard.signaling.calls.Decision.Effect.Notice;
import dev.switchboard.signaling.edge.JsonFields;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What devices have to hear of a step, as it is saved along with the step: should the node that
 * saved it die before it has told them, another does.
 *
 * @param step the id of the save; that of the call where it begins
 * @param notices what they are notified of; none for a call that begins, which is offered
 */
record Untold(String callId, String step, List<Effect.Notify> notices) {
  /** A call that began longer ago was refused to its caller, or has rung out of time. */
  private static final long OFFER_WITHIN_MILLIS = 2_000;

  /** Null if nobody has to hear of a step. */
  static @Nullable Untold of(@Nullable Call before, Call next, String step, List<Effect> effects) {
    List<Effect.Notify> notices = new ArrayList<>(2);
    for (Effect effect : effects) {
      if (effect instanceof Effect.Notify notify) {
        notices.add(notify);
      }
    }
    if (before == null) {
      return beginning(next);
    }
    return notices.isEmpty() ? null : new Untold(next.callId(), step, notices);
  }

  /** That a call has begun; the same whoever offers it, and whatever has become of it since. */
  static Untold beginning(Call call) {
    return new Untold(call.callId(), call.callId() + "/begins", List.of());
  }

  boolean isBeginning() {
    return notices.isEmpty();
  }

  /** Whether a call that began, and was perhaps offered to nobody, is to be offered now. */
  boolean isToBeOffered(Call now, long nowMillis) {
    return isBeginning() && now.state() == CallState.RINGING && !isTooOld(now, nowMillis);
  }

  /**
   * Whether a call that began was offered to nobody in time: it is for whoever refused it to take
   * it back, or for its caller to ask for it again.
   */
  boolean isLeftToItsCaller(Call now, long nowMillis) {
    return isBeginning() && now.state() == CallState.RINGING && isTooOld(now, nowMillis);
  }

  private static boolean isTooOld(Call call, long nowMillis) {
    return nowMillis - call.createdAt() >= OFFER_WITHIN_MILLIS;
  }

  /**
   * What is still true of the notices, given what has become of the call; in the order of the step,
   * null in the place of each that is not.
   */
  List<Effect.@Nullable Notify> stillTrue(Call now) {
    List<Effect.@Nullable Notify> told = new ArrayList<>(notices.size());
    for (Effect.Notify notify : notices) {
      told.add(isTrue(now, notify.notice()) ? notify : null);
    }
    return told;
  }

  private static boolean isTrue(Call now, Notice notice) {
    return switch (notice) {
      case Notice.Accepted accepted -> now.state() == CallState.ACCEPTED;
      case Notice.Reconnecting(String user) -> now.state().isLive() && now.isAway(user);
      case Notice.Reconnected(String user) -> now.state().isLive() && !now.isAway(user);
      case Notice.Rejected rejected -> true;
      case Notice.Ended ended -> true;
      case Notice.Cancelled cancelled -> true;
      case Notice.TimedOut timedOut -> true;
    };
  }

  /** Its text in Redis, unlike that of any other step. Each step of a call makes one. */
  String member() {
    StringBuilder text = new StringBuilder(160).append('[');
    JsonFields.quote(text, callId).append(',');
    JsonFields.quote(text, step);
    for (Effect.Notify notify : notices) {
      text.append(",[");
      JsonFields.quote(text, notify.userId()).append(',');
      orNull(text, notify.onlyDevice()).append(',');
      orNull(text, notify.exceptDevice()).append(',');
      write(text, notify.notice()).append(']');
    }
    return text.append(']').toString();
  }

  private static StringBuilder write(StringBuilder text, Notice notice) {
    return switch (notice) {
      case Notice.Accepted(long at) -> text.append("\"accepted\",").append(at);
      case Notice.Rejected(String reason, long at) ->
          JsonFields.quote(text.append("\"rejected\","), reason).append(',').append(at);
      case Notice.Ended(String by, String reason, long at) -> {
        JsonFields.quote(text.append("\"ended\","), by).append(',');
        yield JsonFields.quote(text, reason).append(',').append(at);
      }
      case Notice.Cancelled() -> text.append("\"cancelled\"");
      case Notice.TimedOut(long at) -> text.append("\"timed_out\",").append(at);
      case Notice.Reconnecting(String user) ->
          JsonFields.quote(text.append("\"reconnecting\","), user);
      case Notice.Reconnected(String user) ->
          JsonFields.quote(text.append("\"reconnected\","), user);
    };
  }

  private static StringBuilder orNull(StringBuilder text, @Nullable String value) {
    return value == null ? text.append("null") : JsonFields.quote(text, value);
  }

  /** Reads what {@link #member} writes; null for anything else. */
  static @Nullable Untold parse(String member) {
    try {
      JsonArray text = new JsonArray(member);
      List<Effect.Notify> notices = new ArrayList<>(2);
      for (int i = 2; i < text.size(); i++) {
        notices.add(notify(text.getJsonArray(i)));
      }
      return new Untold(text.getString(0), text.getString(1), notices);
    } catch (DecodeException | ClassCastException | IndexOutOfBoundsException notOurs) {
      return null;
    }
  }

  private static Effect.Notify notify(JsonArray entry) {
    Notice notice =
        switch (entry.getString(3)) {
          case "accepted" -> new Notice.Accepted(entry.getLong(4));
          case "rejected" -> new Notice.Rejected(entry.getString(4), entry.getLong(5));
          case "ended" ->
              new Notice.Ended(entry.getString(4), entry.getString(5), entry.getLong(6));
          case "cancelled" -> new Notice.Cancelled();
          case "timed_out" -> new Notice.TimedOut(entry.getLong(4));
          case "reconnecting" -> new Notice.Reconnecting(entry.getString(4));
          case "reconnected" -> new Notice.Reconnected(entry.getString(4));
          default -> throw new ClassCastException("no notice: " + entry);
        };
    return new Effect.Notify(entry.getString(0), entry.getString(1), entry.getString(2), notice);
  }
}
