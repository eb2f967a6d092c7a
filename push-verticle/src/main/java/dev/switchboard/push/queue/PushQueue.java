package dev.switchboard.push.queue;

import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Accepts custom notifications. When a future of it succeeds the notification is in Redis, and some
 * push node will send it. Each answers {@code {notification_id, queued}}. Belongs to the event loop
 * of its link; futures fail as those of {@link RedisLink}.
 */
public final class PushQueue {
  private static final Script QUEUE = Script.load(PushQueue.class, "push_queue");
  private static final Duration IDEMPOTENT = Duration.ofHours(24);
  private static final String VOIP = "apns_voip";

  private final RedisLink link;
  private final InstantSource clock;

  public PushQueue(RedisLink link, InstantSource clock) {
    this.link = link;
    this.clock = clock;
  }

  /**
   * Queues it for some devices. VoIP tokens are left out: nothing but a ring may go to them.
   * Without any device it is accepted with 0 queued.
   *
   * @param owner a device that becomes another's meanwhile gets nothing; empty if it may
   */
  public Future<JsonObject> toDevices(
      PushOrder order, String owner, List<? extends PushDevice> devices) {
    List<String> keys =
        devices.stream()
            .filter(device -> !device.typeName().equals(VOIP))
            .map(PushDevice::key)
            .toList();
    JsonArray record = new JsonArray();
    keys.forEach(key -> record.add("d|" + key).add(DeviceResult.queued(key).encode()));
    return queue(order, new Target.Devices(keys, owner), keys.size(), record, keys.isEmpty());
  }

  /** Queues it for a topic in an app's FCM project. */
  public Future<JsonObject> toTopic(PushOrder order, String topic, String app) {
    String key = TopicDevice.keyOf(topic);
    JsonArray record = new JsonArray().add("d|" + key).add(DeviceResult.queued(key).encode());
    return queue(order, new Target.Topic(topic, app), 1, record, false);
  }

  /**
   * Queues it for every Web Push subscription and, if asked, every device token.
   *
   * @param app the only one whose devices are meant; null for all
   * @param devices how many these are, for the answer
   */
  public Future<JsonObject> toEveryone(
      PushOrder order, boolean devicesToo, @Nullable String app, long devices) {
    Target everyone = new Target.Everyone(devicesToo, app, "", 0);
    return queue(order, everyone, devices, new JsonArray(), false);
  }

  private Future<JsonObject> queue(
      PushOrder order, Target target, long queued, JsonArray record, boolean nothingToDo) {
    String id = UUID.randomUUID().toString();
    long now = clock.millis();
    PushJob job =
        new PushJob(
            id,
            Cause.CUSTOM,
            target,
            order.message(),
            "",
            0,
            0,
            now,
            now + order.life().toMillis());
    record.add("cause").add(Cause.CUSTOM.wireName());
    record.add("createdAt").add(Long.toString(now));
    record.add("total").add(Long.toString(queued));
    String answer = new JsonObject().put("notification_id", id).put("queued", queued).encode();
    String key = order.idempotencyKey();
    List<String> keys = new ArrayList<>();
    keys.add(Lane.BULK.stream());
    keys.add(QueueKeys.notification(id));
    keys.add(key == null ? "" : QueueKeys.idempotent(key));
    return link.run(
            QUEUE,
            keys,
            List.of(
                Long.toString(JobLog.CUSTOM_KEPT.toSeconds()),
                Long.toString(IDEMPOTENT.toSeconds()),
                answer,
                new JsonObject()
                    .put("record", record)
                    .put("job", nothingToDo ? new JsonArray() : job.fields())
                    .encode()))
        .map(first -> first == null ? new JsonObject(answer) : new JsonObject(first.toString()));
  }
}
