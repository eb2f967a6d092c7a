package dev.switchboard.push.reach;

import dev.switchboard.push.send.PushSender;
import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.timeline.TimelineKeys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@link BusAddresses#PUSH_DEVICES}: a user's tokens with their last success and failure,
 * and how the providers stand here. Belongs to the event loop that starts it.
 */
public final class DeviceReports {
  private static final int UNAVAILABLE = 503;
  private static final String LIST =
      """
      SELECT id, type, app, device_id, platform, last_used_at, quarantined_until FROM push_tokens
      WHERE user_id = $1 AND active ORDER BY created_at, id LIMIT 200
      """;

  private final Vertx vertx;
  private final RedisLink link;
  private final SqlClient postgres;
  private final InstantSource clock;
  private final Map<String, PushSender> senders;
  private @Nullable MessageConsumer<JsonObject> consumer;

  /**
   * Makes one.
   *
   * @param senders by type of device, of another app than the default one {@code type@app}; none
   *     with push switched off
   */
  public DeviceReports(
      Vertx vertx,
      RedisLink link,
      SqlClient postgres,
      InstantSource clock,
      Map<String, PushSender> senders) {
    this.vertx = vertx;
    this.link = link;
    this.postgres = postgres;
    this.clock = clock;
    this.senders = new TreeMap<>(senders);
  }

  /** Begins to answer. */
  public Future<Void> start() {
    MessageConsumer<JsonObject> asked =
        vertx.eventBus().consumer(BusAddresses.PUSH_DEVICES, this::answer);
    consumer = asked;
    return asked.completion();
  }

  /** Ends. */
  public Future<Void> stop() {
    return consumer == null ? Future.succeededFuture() : consumer.unregister();
  }

  private void answer(Message<JsonObject> asked) {
    String userId = asked.body().getString("userId", "");
    Future<Map<String, JsonObject>> failures = failures(userId);
    Postgres.guard(postgres.preparedQuery(LIST).execute(Tuple.of(userId)))
        .compose(rows -> failures.map(known -> devices(rows, known)))
        .onSuccess(
            devices ->
                asked.reply(new JsonObject().put("devices", devices).put("providers", providers())))
        .onFailure(failure -> asked.fail(UNAVAILABLE, String.valueOf(failure.getMessage())));
  }

  private Future<Map<String, JsonObject>> failures(String userId) {
    return link.send(Request.cmd(Command.HGETALL).arg(TimelineKeys.failures(userId)))
        .map(
            answer -> {
              Map<String, JsonObject> failures = new HashMap<>();
              if (answer != null) {
                for (String field : answer.getKeys()) {
                  failures.put(field, new JsonObject(answer.get(field).toString()));
                }
              }
              return failures;
            });
  }

  private JsonArray devices(Iterable<Row> rows, Map<String, JsonObject> failures) {
    JsonArray devices = new JsonArray();
    for (Row row : rows) {
      String type = row.getString("type");
      String app = row.getString("app");
      String device = row.getString("device_id");
      String named = device == null ? "#" + row.getUUID("id") : device;
      Long quarantined = millis(row, "quarantined_until");
      boolean isOver = quarantined == null || quarantined <= clock.millis();
      devices.add(
          new JsonObject()
              .put("deviceId", named)
              .put("type", type)
              .put("app", app)
              .put("platform", row.getString("platform"))
              .put("lastSuccess", millis(row, "last_used_at"))
              .put("lastFailure", failures.get(PushJobs.typeOf(type, app) + "|" + named))
              .put("quarantined", !isOver)
              .put("quarantinedUntil", isOver ? null : quarantined));
    }
    return devices;
  }

  private static @Nullable Long millis(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : Long.valueOf(time.toInstant().toEpochMilli());
  }

  private JsonArray providers() {
    JsonArray providers = new JsonArray();
    senders.forEach(
        (type, sender) -> {
          Optional<String> trouble = sender.trouble();
          providers.add(
              new JsonObject()
                  .put("type", type)
                  .put("provider", sender.provider())
                  .put("state", trouble.isEmpty() ? "running" : "refused")
                  .put("why", trouble.orElse(null)));
        });
    return providers;
  }
}
