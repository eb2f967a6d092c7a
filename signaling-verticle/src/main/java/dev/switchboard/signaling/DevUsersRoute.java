package dev.switchboard.signaling;

import dev.switchboard.shared.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code GET /dev/users}: who is registered. For development, where looking through all keys is
 * cheap.
 */
final class DevUsersRoute {
  private static final String PREFIX = SignalingKeys.sessions("");
  private final RedisLink redis;

  DevUsersRoute(RedisLink redis) {
    this.redis = redis;
  }

  void list(RoutingContext context) {
    redis
        .send(Request.cmd(Command.KEYS).arg(PREFIX + "*"))
        .compose(
            keys -> {
              List<Future<JsonObject>> users = new ArrayList<>();
              if (keys != null) {
                for (Response key : keys) {
                  users.add(user(key.toString().substring(PREFIX.length())));
                }
              }
              return Future.join(users).map(all -> users.stream().map(Future::result).toList());
            })
        .compose(users -> context.json(new JsonObject().put("users", new JsonArray(users))))
        .onFailure(context::fail);
  }

  private Future<JsonObject> user(String userId) {
    return redis
        .send(Request.cmd(Command.HLEN).arg(SignalingKeys.sessions(userId)))
        .compose(
            devices ->
                redis
                    .send(Request.cmd(Command.EXISTS).arg(SignalingKeys.callOf(userId)))
                    .map(
                        busy ->
                            new JsonObject()
                                .put("userId", userId)
                                .put("devices", devices == null ? 0 : devices.toInteger())
                                .put("inCall", busy != null && busy.toInteger() == 1)));
  }
}
