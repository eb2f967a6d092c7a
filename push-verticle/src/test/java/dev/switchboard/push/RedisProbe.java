package dev.switchboard.push;

import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Looks into Redis, and writes there what signaling would. */
final class RedisProbe implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final Redis redis = Redis.createClient(vertx, RealRedis.url());

  Response send(String command, Object... arguments) {
    Request request = Request.cmd(Command.create(command));
    Arrays.stream(arguments).forEach(argument -> request.arg(String.valueOf(argument)));
    return Await.await(redis.send(request));
  }

  Set<String> reach(String userId) {
    Set<String> fields = new TreeSet<>();
    send("HKEYS", PushJobs.reach(userId)).forEach(field -> fields.add(field.toString()));
    return fields;
  }

  long length(String stream) {
    return send("XLEN", stream).toLong();
  }

  void add(String stream, Map<String, String> fields) {
    Object[] arguments = new Object[2 + 2 * fields.size()];
    arguments[0] = stream;
    arguments[1] = "*";
    int i = 2;
    for (Map.Entry<String, String> field : fields.entrySet()) {
      arguments[i++] = field.getKey();
      arguments[i++] = field.getValue();
    }
    send("XADD", arguments);
  }

  /** How many jobs are still to be done, retries included; one look, since they move about. */
  long queued() {
    String script =
        "return redis.call('XLEN', KEYS[1]) + redis.call('XLEN', KEYS[2])"
            + " + redis.call('XLEN', KEYS[3]) + redis.call('ZCARD', KEYS[4])";
    return send("EVAL", script, 4, PushJobs.RINGS, PushJobs.JOBS, PushJobs.BULK, "push:retries")
        .toLong();
  }

  /** When the next retry is due, in milliseconds since the epoch. */
  double retryAt() {
    String member = send("ZRANGE", "push:retries", 0, 0).get(0).toString();
    return send("ZSCORE", "push:retries", member).toDouble();
  }

  /** How many entries of a stream some consumer has in hand. */
  long pending(String stream) {
    return send("XPENDING", stream, "push").get(0).toLong();
  }

  void job(String id, String cause, String userId, JsonObject data, long deadline) {
    job(id, cause, userId, data, deadline, "fcm|phone");
  }

  void job(
      String id, String cause, String userId, JsonObject data, long deadline, String... devices) {
    add(
        cause.equals("incoming_call") ? PushJobs.RINGS : PushJobs.JOBS,
        Map.of(
            "id", id,
            "cause", cause,
            "userId", userId,
            "devices", new JsonArray(List.of(devices)).encode(),
            "data", data.encode(),
            "createdAt", Long.toString(System.currentTimeMillis()),
            "deadline", Long.toString(deadline)));
  }

  /** As rooms do it. */
  void presence(String id, String roomId, String person, String unless) {
    JsonObject data = new JsonObject().put("roomId", roomId).put("type", "presence");
    add(
        PushJobs.JOBS,
        Map.of(
            "id",
            id,
            "cause",
            "presence",
            "roomId",
            roomId,
            "person",
            person,
            "unless",
            unless,
            "data",
            data.encode(),
            "createdAt",
            Long.toString(System.currentTimeMillis()),
            "deadline",
            Long.toString(System.currentTimeMillis() + 300_000)));
  }

  /** As signaling does it: the reach hash at once, the token by way of the stream. */
  void register(String userId, String deviceId, String type, String token, long at) {
    send("HSET", PushJobs.reach(userId), type + "|" + deviceId, "1");
    add(
        PushJobs.REGISTRATIONS,
        Map.of(
            "op", "store",
            "userId", userId,
            "deviceId", deviceId,
            "platform", "android",
            "type", type,
            "token", token,
            "at", Long.toString(at)));
  }

  void unregister(String userId, String deviceId, long at) {
    add(
        PushJobs.REGISTRATIONS,
        Map.of("op", "remove", "userId", userId, "deviceId", deviceId, "at", Long.toString(at)));
  }

  @Override
  public void close() {
    redis.close();
    Await.await(vertx.close());
  }
}
