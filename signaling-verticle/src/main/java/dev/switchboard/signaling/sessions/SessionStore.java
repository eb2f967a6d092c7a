package dev.switchboard.signaling.sessions;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
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
      Script.load(SessionStore.class, "session_register", "call_prelude");
  private static final Script DROP =
      Script.load(SessionStore.class, "session_drop", "call_prelude");

  private final RedisLink redis;

  /** A store on one link. */
  public SessionStore(RedisLink redis) {
    this.redis = redis;
  }

  /** True while there is a connection. */
  public boolean isUp() {
    return redis.isUp();
  }

  /**
   * What a registration found.
   *
   * @param displaced the session that the device had before
   * @param call the fields of the user's live call
   * @param takesOver the device of that call whose place the new session takes
   * @param frames what was sent to the device meanwhile, in order
   * @param waiting the fields of the calls that ring beside that one
   */
  public record Registered(
      @Nullable Session displaced,
      @Nullable JsonObject call,
      @Nullable String takesOver,
      List<String> frames,
      List<JsonObject> waiting) {}

  /**
   * What a drop found: whether the session was still that socket's, the user's live call, and those
   * that ring beside it.
   */
  public record Dropped(boolean dropped, @Nullable JsonObject call, List<JsonObject> waiting) {}

  /** One entry of an edge whose lease is over. */
  public record Orphan(String edge, String socketId, String deviceId, String userId) {
    /** Reads an entry of {@code edge:sessions:<edge>}. */
    public static Orphan parse(String edge, String entry) {
      JsonArray parts = new JsonArray(entry);
      return new Orphan(edge, parts.getString(0), parts.getString(1), parts.getString(2));
    }
  }

  /** Registers a device's socket. */
  public Future<Registered> register(Registration registration, long now) {
    Session session = registration.session();
    JsonArray tokens = new JsonArray();
    for (Registration.PushToken token : registration.tokens()) {
      tokens.add(
          new JsonObject()
              .put("type", token.type())
              .put("token", token.token())
              .put("platform", session.platform()));
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
            .put("ttl", SessionKeys.TTL.toMillis())
            .put("tokens", tokens);
    return redis
        .run(REGISTER, List.of(SessionKeys.ofUser(session.userId())), List.of(argument.encode()))
        .map(SessionStore::registered);
  }

  private static Registered registered(@Nullable Response response) {
    JsonObject answer = json(response);
    String displaced = answer.getString("displaced");
    List<String> frames = new ArrayList<>();
    list(answer, "frames").forEach(frame -> frames.add((String) frame));
    return new Registered(
        displaced == null ? null : Session.parse(displaced),
        answer.getJsonObject("call"),
        answer.getString("takesOver"),
        frames,
        waiting(answer));
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

  /** Removes a session if it is still that socket's; with {@code logout} its push tokens go too. */
  public Future<Dropped> drop(Orphan gone, boolean logout, long now) {
    return redis
        .run(
            DROP,
            List.of(SessionKeys.ofUser(gone.userId())),
            List.of(
                gone.userId(),
                gone.deviceId(),
                gone.socketId(),
                gone.edge(),
                logout ? "1" : "0",
                Long.toString(now)))
        .map(
            response -> {
              JsonObject answer = json(response);
              return new Dropped(
                  answer.getBoolean("dropped"), answer.getJsonObject("call"), waiting(answer));
            });
  }

  /** Renews the entries of a socket that lives. */
  public void renew(Session session) {
    String ttl = Long.toString(SessionKeys.TTL.toMillis());
    for (String key :
        List.of(
            SessionKeys.ofUser(session.userId()),
            SessionKeys.socketOf(session.userId()),
            SessionKeys.userOf(session.socketId()))) {
      redis.send(Request.cmd(Command.PEXPIRE).arg(key).arg(ttl));
    }
  }

  private static JsonObject json(@Nullable Response response) {
    return new JsonObject(response == null ? "{}" : response.toString());
  }
}
