package dev.switchboard.signaling.sessions;

import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.timeline.TimelineKeys;
import dev.switchboard.shared.timeline.TimelineStamp;
import dev.switchboard.signaling.SignalingKeys;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in Redis. Each method is one request; it fails with {@link
 * dev.switchboard.shared.redis.StoreUnavailableException} while Redis is away. Used on the loop of
 * its link.
 */
public final class SessionStore {
  private static final Script REGISTER =
      Script.load(SessionStore.class, "session_register", TimelineKeys.PRELUDE, "call_prelude");
  private static final Script DROP =
      Script.load(SessionStore.class, "session_drop", TimelineKeys.PRELUDE, "call_prelude");
  private static final Script RESUME =
      Script.load(SessionStore.class, "session_resume", TimelineKeys.PRELUDE, "call_prelude");

  private final RedisLink redis;
  private final TimelineStamp stamp;

  public SessionStore(RedisLink redis, TimelineStamp stamp) {
    this.redis = redis;
    this.stamp = stamp;
  }

  public boolean isUp() {
    return redis.isUp();
  }

  /**
   * What a registration found.
   *
   * @param displaced the session that the device had before
   * @param call the fields of the user's live call
   * @param takesOver the device of that call whose place the new session takes
   * @param missed what was kept for the device, in order
   * @param frames what was sent to all devices since it rings, in order
   * @param waiting the fields of the calls that ring beside that one
   */
  public record Registered(
      @Nullable Session displaced,
      @Nullable JsonObject call,
      @Nullable String takesOver,
      List<String> missed,
      List<String> frames,
      List<JsonObject> waiting) {}

  /**
   * What a drop found.
   *
   * @param dropped whether the session was still that socket's
   * @param call the fields of the user's live call
   * @param successor where a client that named no device is back, if that device was in the call
   * @param waiting the fields of the calls that ring beside that one
   */
  public record Dropped(
      boolean dropped,
      @Nullable JsonObject call,
      @Nullable Session successor,
      List<JsonObject> waiting) {}

  /** One entry of an edge whose lease is over. */
  public record Orphan(String edge, String socketId, String deviceId, String userId) {
    /** The same of a session. */
    public static Orphan of(Session session) {
      return new Orphan(
          session.edge().toString(), session.socketId(), session.deviceId(), session.userId());
    }

    /** Reads an entry of {@code edge:sessions:<edge>}. */
    public static Orphan parse(String edge, JsonArray entry) {
      return new Orphan(edge, entry.getString(0), entry.getString(1), entry.getString(2));
    }
  }

  /** Registers a device's socket. */
  public Future<Registered> register(Registration registration, long now) {
    Session session = registration.session();
    JsonArray tokens = new JsonArray();
    for (Registration.PushToken token : registration.tokens()) {
      tokens.add(token(token, session.platform()));
    }
    JsonObject argument =
        new JsonObject()
            .put("userId", session.userId())
            .put("deviceId", session.deviceId())
            .put("socketId", session.socketId())
            .put("edge", session.edge().toString())
            .put("session", session.toJson())
            .put("named", registration.named())
            .put("now", now)
            .put("ttl", SignalingKeys.SESSION_TTL.toMillis())
            .put("tokens", tokens);
    return redis
        .run(
            REGISTER,
            List.of(SignalingKeys.sessions(session.userId())),
            List.of(argument.encode(), stamp.node(), stamp.lifeMillis()))
        .map(SessionStore::registered);
  }

  /** With the type as the reach hash names it, which for most is the type. */
  private static JsonObject token(Registration.PushToken token, String platform) {
    String app = token.app();
    JsonObject json =
        new JsonObject()
            .put("type", token.type())
            .put("reach", app == null ? token.type() : PushJobs.typeOf(token.type(), app))
            .put("token", token.token())
            .put("platform", platform);
    if (app != null) {
      json.put("app", app);
    }
    return token.environment() == null ? json : json.put("environment", token.environment());
  }

  private static Registered registered(@Nullable Response response) {
    JsonObject answer = json(response);
    return new Registered(
        session(answer, "displaced"),
        answer.getJsonObject("call"),
        answer.getString("takesOver"),
        texts(answer, "missed"),
        texts(answer, "frames"),
        waiting(answer));
  }

  private static @Nullable Session session(JsonObject answer, String name) {
    String text = answer.getString(name);
    return text == null ? null : Session.parse(text);
  }

  private static List<String> texts(JsonObject answer, String name) {
    List<String> texts = new ArrayList<>();
    list(answer, name).forEach(text -> texts.add((String) text));
    return texts;
  }

  private static List<JsonObject> waiting(JsonObject answer) {
    List<JsonObject> waiting = new ArrayList<>();
    list(answer, "waiting").forEach(call -> waiting.add((JsonObject) call));
    return waiting;
  }

  /** A list of an answer; cjson writes an empty one as an object. */
  private static JsonArray list(JsonObject answer, String name) {
    return answer.getValue(name) instanceof JsonArray list ? list : new JsonArray();
  }

  /**
   * Gives a session without a name the user's call, whose device was found to be gone since it
   * registered; finds no call if there is none to be given.
   */
  public Future<Registered> resume(Session session) {
    return redis
        .run(
            RESUME,
            List.of(SignalingKeys.sessions(session.userId())),
            List.of(session.userId(), session.deviceId()))
        .map(SessionStore::registered);
  }

  /**
   * Removes a session if it is still that socket's; with {@code logout} its push tokens go too.
   *
   * @param keepMillis how long what is kept for the device waits
   * @param unnoticedMillis how long the end of a socket may go unnoticed
   */
  public Future<Dropped> drop(
      Orphan gone, boolean logout, long now, long keepMillis, long unnoticedMillis) {
    return redis
        .run(
            DROP,
            List.of(SignalingKeys.sessions(gone.userId())),
            List.of(
                gone.userId(),
                gone.deviceId(),
                gone.socketId(),
                gone.edge(),
                logout ? "1" : "0",
                Long.toString(now),
                Long.toString(keepMillis),
                Long.toString(unnoticedMillis)))
        .map(
            response -> {
              JsonObject answer = json(response);
              return new Dropped(
                  answer.getBoolean("dropped"),
                  answer.getJsonObject("call"),
                  session(answer, "successor"),
                  waiting(answer));
            });
  }

  /** Renews the entries of a socket that lives. */
  public void renew(Session session) {
    String ttl = Long.toString(SignalingKeys.SESSION_TTL.toMillis());
    for (String key :
        List.of(
            SignalingKeys.sessions(session.userId()),
            SignalingKeys.socketOf(session.userId()),
            SignalingKeys.userOf(session.socketId()))) {
      redis.send(Request.cmd(Command.PEXPIRE).arg(key).arg(ttl));
    }
  }

  private static JsonObject json(@Nullable Response response) {
    return new JsonObject(response == null ? "{}" : response.toString());
  }
}
