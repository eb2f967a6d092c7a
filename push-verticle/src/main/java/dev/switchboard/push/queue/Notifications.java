package dev.switchboard.push.queue;

import dev.switchboard.shared.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How notifications stand. Belongs to the event loop of its link; futures fail as those of {@link
 * RedisLink}.
 */
public final class Notifications {
  private final RedisLink link;

  public Notifications(RedisLink link) {
    this.link = link;
  }

  /**
   * One notification: {@code {notification_id, cause, created_at, total?, counts, reason?,
   * devices:[{id, type, status, attempts, provider_id, reason}]}}. Of a broadcast the devices of
   * the first pages are listed, and {@code counts} has all that are done, by status. Empty if there
   * is none, or no longer.
   */
  public Future<Optional<JsonObject>> find(String id) {
    List<Future<Map<String, String>>> parts = new ArrayList<>();
    for (int page = 0; page <= JobLog.SHOWN_PAGES; page++) {
      parts.add(hash(QueueKeys.results(id, page)));
    }
    return Future.all(parts)
        .map(
            all -> {
              Map<String, String> record = parts.getFirst().result();
              return record.containsKey("cause")
                  ? Optional.of(show(id, record, parts))
                  : Optional.empty();
            });
  }

  private Future<Map<String, String>> hash(String key) {
    return link.send(Request.cmd(Command.HGETALL).arg(key)).map(Notifications::fields);
  }

  /** RESP3 answers a map, RESP2 a flat list. */
  private static Map<String, String> fields(@Nullable Response answer) {
    Map<String, String> fields = new TreeMap<>();
    if (answer != null && answer.isMap()) {
      answer.getKeys().forEach(key -> fields.put(key, answer.get(key).toString()));
    } else if (answer != null) {
      for (int i = 0; i + 1 < answer.size(); i += 2) {
        fields.put(answer.get(i).toString(), answer.get(i + 1).toString());
      }
    }
    return fields;
  }

  private static JsonObject show(
      String id, Map<String, String> record, List<Future<Map<String, String>>> parts) {
    JsonArray devices = new JsonArray();
    for (Future<Map<String, String>> part : parts) {
      part.result()
          .forEach(
              (field, kept) -> {
                if (field.startsWith("d|")) {
                  devices.add(DeviceResult.show(field.substring(2), kept));
                }
              });
    }
    JsonObject counts = new JsonObject();
    record.forEach(
        (field, text) -> {
          if (field.startsWith("n|")) {
            counts.put(field.substring(2), Long.parseLong(text));
          }
        });
    JsonObject shown =
        new JsonObject()
            .put("notification_id", id)
            .put("cause", record.get("cause"))
            .put("created_at", createdAt(record));
    if (record.containsKey("total")) {
      shown.put("total", Long.parseLong(record.getOrDefault("total", "0")));
    }
    if (record.containsKey("reason")) {
      shown.put("reason", record.get("reason"));
    }
    return shown.put("counts", counts).put("devices", devices);
  }

  private static String createdAt(Map<String, String> record) {
    return Instant.ofEpochMilli(Long.parseLong(record.getOrDefault("createdAt", "0"))).toString();
  }
}
