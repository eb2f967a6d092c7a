package dev.switchboard.signaling.control;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.timeline.TimelineKeys;
import dev.switchboard.signaling.SignalingKeys;
import dev.switchboard.signaling.sessions.Session;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What Redis has of a user besides calls. Futures fail as those of {@link RedisLink}; used on the
 * loop of its link.
 */
final class UserStore {
  private static final Script FORGET =
      Script.load(UserStore.class, "user_forget", TimelineKeys.PRELUDE, "call_prelude");

  private static final Script TRACES = Script.load(UserStore.class, "user_traces");

  private final RedisLink redis;

  UserStore(RedisLink redis) {
    this.redis = redis;
  }

  /** The registered sockets of a user. */
  Future<List<Session>> sockets(String userId) {
    return redis
        .send(Request.cmd(Command.HVALS).arg(SignalingKeys.sessions(userId)))
        .map(
            answer -> {
              List<Session> sessions = new ArrayList<>();
              if (answer != null) {
                for (Response session : answer) {
                  sessions.add(Session.parse(session.toString()));
                }
              }
              return sessions;
            });
  }

  /**
   * Deletes timelines of calls and tests with the user, and records of pushes to the user. Nothing
   * says which there are, so all keys are looked at, a page at a time.
   */
  Future<Void> forgetTraces(String userId) {
    return forgetTraces(userId, "0");
  }

  private Future<Void> forgetTraces(String userId, String cursor) {
    return redis
        .run(TRACES, List.of(), List.of(userId, cursor))
        .compose(
            next ->
                next == null || next.toString().equals("0")
                    ? Future.succeededFuture()
                    : forgetTraces(userId, next.toString()));
  }

  /** Deletes what does not end by itself. */
  Future<Void> forget(String userId, Set<String> devices) {
    List<String> arguments = new ArrayList<>(List.of(userId));
    arguments.addAll(devices);
    return redis.run(FORGET, List.of(ControlKeys.DND_ENDS), arguments).mapEmpty();
  }
}
