package dev.switchboard.signaling.chat;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.signaling.chat.ChatStore.Result;
import dev.switchboard.signaling.chat.JoinRule.Found;
import dev.switchboard.signaling.chat.JoinRule.Left;
import dev.switchboard.signaling.chat.JoinRule.Loaded;
import dev.switchboard.signaling.edge.EdgeLease;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the scripts of the chat are run: each gets the idle time of a session, how long a lease lasts
 * and how many events are kept. Used on the loop of its link.
 */
final class ChatScripts {
  private static final String PRELUDE = "chat_prelude";

  private final RedisLink redis;
  private final ChatSettings settings;

  ChatScripts(RedisLink redis, ChatSettings settings) {
    this.redis = redis;
    this.settings = settings;
  }

  /** One that uses the functions which the scripts of the chat share. */
  static Script load(String name) {
    return Script.load(ChatScripts.class, name, PRELUDE);
  }

  Future<@Nullable Response> run(Script script, String key, JsonObject argument) {
    return run(script, key, argument, List.of());
  }

  /** As {@link #run(Script, String, JsonObject)}, with bytes behind the argument. */
  Future<@Nullable Response> run(
      Script script, String key, JsonObject argument, List<Buffer> pieces) {
    argument
        .put("ttl", settings.idleTtl().toMillis())
        .put("lease", EdgeLease.LEASE.toMillis())
        .put("events", settings.events());
    return redis.run(script, List.of(key), List.of(argument.encode()), pieces);
  }

  static JsonObject json(@Nullable Response response) {
    return new JsonObject(response == null ? "{}" : response.toString());
  }

  static Loaded loaded(@Nullable Response response) {
    JsonObject fields = json(response);
    ChatMode mode = ChatMode.of(fields.getString("mode", ""));
    if (mode == null) {
      return new Loaded(null, null, false);
    }
    String key = fields.getString("key");
    return fields.getBoolean("left", false)
        ? new Loaded(null, new Left(mode, key), false)
        : new Loaded(
            new Found(
                fields.getString("nonce"), fields.getString("state").equals("reserved"), mode, key),
            null,
            fields.getBoolean("doubt", false));
  }

  static Result result(@Nullable Response response) {
    JsonObject answer = json(response);
    return result(answer.getString("status"), answer);
  }

  /** What a status of the scripts means, with the other fields of the answer. */
  static Result result(String status, JsonObject answer) {
    return switch (status) {
      case "ok", "sent" ->
          new Result.Done(
              answer.getLong("rev", 0L),
              answer.getBoolean("first", false),
              Member.readAll(answer),
              answer.getLong("number", 0L),
              answer.getLong("order", 0L));
      case "repeated" -> new Result.Repeated();
      case "gone" -> new Result.Refused(ChatError.SESSION_NOT_FOUND);
      case "forbidden" -> new Result.Refused(ChatError.FORBIDDEN);
      case "storage" -> new Result.Refused(ChatError.STORAGE_FULL);
      default -> throw new IllegalStateException("unknown status " + status);
    };
  }
}
