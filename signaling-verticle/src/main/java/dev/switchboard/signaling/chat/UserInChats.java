package dev.switchboard.signaling.chat;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.signaling.SignalingKeys;
import io.vertx.core.Future;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What the sessions hold of one user. Nothing tells in which ones it is, or has been: each is
 * looked at. Futures fail with {@link dev.switchboard.shared.redis.StoreUnavailableException} while
 * Redis is away. Used on the loop of its link.
 */
final class UserInChats {
  private static final Script EXPORT = ChatScripts.load("chat_export");
  private static final Script ERASE = ChatScripts.load("chat_erase");

  private final RedisLink redis;
  private final ChatScripts scripts;

  UserInChats(RedisLink redis, ChatSettings settings) {
    this.redis = redis;
    this.scripts = new ChatScripts(redis, settings);
  }

  /** Where it is a member or has written; {@code chat_export} has what is told of each. */
  Future<List<JsonObject>> export(String userId) {
    List<JsonObject> found = new ArrayList<>();
    return each(
            EXPORT,
            userId,
            answer -> answer.forEach(one -> found.add(withKey(new JsonObject(one.toString())))))
        .map(all -> found);
  }

  private static JsonObject withKey(JsonObject chat) {
    String publicKey = chat.getString("publicKey");
    return publicKey == null ? chat : chat.put("publicKey", Json.decodeValue(publicKey));
  }

  /** Forgets it in all of them, but for the seats of sockets that are still there. */
  Future<Void> erase(String userId) {
    return each(ERASE, userId, forgotten -> {});
  }

  private Future<Void> each(Script script, String userId, Consumer<Response> taker) {
    return redis
        .send(Request.cmd(Command.ZRANGE).arg(SignalingKeys.CHAT_EXPIRY).arg(0).arg(-1))
        .compose(
            ids -> {
              Future<Void> before = Future.succeededFuture();
              for (Response id : Objects.requireNonNull(ids)) {
                before = before.compose(next -> run(script, id.toString(), userId, taker));
              }
              return before;
            });
  }

  private Future<Void> run(
      Script script, String sessionId, String userId, Consumer<Response> taker) {
    JsonObject it = new JsonObject().put("id", sessionId).put("user", userId);
    return scripts
        .run(script, SignalingKeys.chat(sessionId), it)
        .map(
            answer -> {
              taker.accept(Objects.requireNonNull(answer));
              return null;
            });
  }
}
