package dev.switchboard.signaling.control;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.timeline.TimelineKeys;
import dev.switchboard.signaling.SignalingKeys;
import dev.switchboard.signaling.calls.Call;
import dev.switchboard.signaling.calls.CallFields;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Calls as Redis has them: those that are live, and the last half minute of those that are over. No
 * method scans keys. Futures fail as those of {@link RedisLink}; used on the loop of its link.
 */
final class LiveCalls {
  private static final Script PAGE = Script.load(LiveCalls.class, "live_calls");
  private static final Script OF_USER =
      Script.load(LiveCalls.class, "user_calls", TimelineKeys.PRELUDE, "call_prelude");
  private static final String MOST_LOOKED_AT = "2000";
  private static final String BLOCKED = "blocked";

  private final RedisLink redis;

  LiveCalls(RedisLink redis) {
    this.redis = redis;
  }

  /**
   * A call as it is.
   *
   * @param hidden true if its callee must not know of it
   */
  record Found(Call call, boolean hidden) {}

  /** Some calls, and where the next page begins; null if this is the last. */
  record Page(List<Call> calls, @Nullable Cursor next) {}

  /** Where a page begins: behind this deadline. */
  record Cursor(String time, String member) {
    static final Cursor FIRST = new Cursor("", "");

    String text() {
      byte[] plain = (time + "|" + member).getBytes(StandardCharsets.UTF_8);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(plain);
    }

    /** Reads what {@link #text} writes; empty for anything else. */
    static Optional<Cursor> parse(String text) {
      try {
        String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        int bar = plain.indexOf('|');
        return bar > 0 && plain.substring(0, bar).matches("\\d{1,18}(\\.\\d{1,9})?")
            ? Optional.of(new Cursor(plain.substring(0, bar), plain.substring(bar + 1)))
            : Optional.empty();
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
  }

  /** One page of all live calls. It may have fewer than {@code limit} although others follow. */
  Future<Page> page(Cursor after, int limit) {
    return redis
        .run(
            PAGE,
            List.of(SignalingKeys.CALL_DEADLINES),
            List.of(after.time(), after.member(), Integer.toString(limit), MOST_LOOKED_AT))
        .map(
            answer -> {
              if (answer == null) {
                throw new IllegalStateException("live_calls has no answer");
              }
              String time = answer.get(1).toString();
              Cursor next = time.isEmpty() ? null : new Cursor(time, answer.get(2).toString());
              return new Page(calls(answer.get(0)), next);
            });
  }

  /** The live calls that a user is in, or that ring at the user. */
  Future<List<Call>> ofUser(String userId) {
    return redis.run(OF_USER, List.of(), List.of(userId)).map(LiveCalls::calls);
  }

  private static List<Call> calls(@Nullable Response list) {
    List<Call> calls = new ArrayList<>();
    if (list != null) {
      for (Response hash : list) {
        Call call = CallFields.read(hash);
        if (call != null) {
          calls.add(call);
        }
      }
    }
    return calls;
  }

  /** A call that is live, or has been over for less than half a minute. */
  Future<Optional<Found>> find(String callId) {
    if (!CallFields.isId(callId)) {
      return Future.succeededFuture(Optional.empty());
    }
    return redis
        .send(Request.cmd(Command.HGETALL).arg(SignalingKeys.call(callId)))
        .map(hash -> hash == null ? Optional.empty() : found(hash));
  }

  private static Optional<Found> found(Response hash) {
    Call call = CallFields.read(hash);
    if (call == null) {
      return Optional.empty();
    }
    Response silent = hash.get("silent");
    return Optional.of(new Found(call, silent != null && silent.toString().equals(BLOCKED)));
  }
}
