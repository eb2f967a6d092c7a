package dev.switchboard.push.queue;

import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.receipts.Receipt;
import dev.switchboard.push.send.Push;
import dev.switchboard.push.send.PushContent;
import dev.switchboard.shared.timeline.DropReason;
import dev.switchboard.shared.timeline.Step;
import dev.switchboard.shared.timeline.StepName;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a timeline says of the pushes of a ring, and of a test. Other pushes have none. */
final class RingSteps {
  private RingSteps() {}

  /** Whose timeline it is: a call's, or the test's own; empty for none. */
  static String timeline(PushJob job) {
    return switch (job.cause()) {
      case INCOMING_CALL -> String.valueOf(job.data().getValue("callId"));
      case TEST_RING -> job.id();
      case CALL_CANCELLED, MISSED_CALL, CALL_ENDED, PRESENCE, CUSTOM -> "";
    };
  }

  /** Who is rung; empty where the job does not say so. */
  static String userId(PushJob job) {
    return job.target().owner();
  }

  /** The device in a reach field: {@code <type>|<device>}. */
  static @Nullable String deviceId(String reachField) {
    int bar = reachField.indexOf('|');
    return bar < 0 ? null : reachField.substring(bar + 1);
  }

  /** The push with what its device needs to confirm it. */
  static Push withReceipt(Push push, PushDevice device, String secret) {
    if (secret.isEmpty() || device.reachField().isEmpty()) {
      return push;
    }
    PushContent content = push.content();
    JsonObject data =
        content
            .data()
            .copy()
            .put("notificationId", push.id())
            .put("receipt", Receipt.of(secret, device.reachField()));
    return push.with(content.with(content.title(), content.body(), data));
  }

  /** What came of an attempt. */
  static List<Step> of(PushJob job, Attempt attempt, DeviceResult result) {
    if (!job.cause().isTraced()) {
      return List.of();
    }
    PushDevice device = attempt.device();
    boolean tried = attempt.outcome() != null;
    String provider = tried ? attempt.provider() : provider(device.typeName());
    long age = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - attempt.doneNanos());
    List<Step> steps = new ArrayList<>(2);
    switch (result.status()) {
      case SENT -> steps.add(step(StepName.PUSH_SENT, null));
      case QUEUED -> steps.add(step(StepName.PUSH_RETRIED, result.reason()));
      case FAILED, DEAD -> steps.add(step(StepName.PUSH_FAILED, result.reason()));
      case DROPPED -> steps.add(step(StepName.PUSH_DROPPED, reason(result.reason())));
      case EXPIRED -> {
        if (tried) {
          steps.add(step(StepName.PUSH_FAILED, result.reason()));
        }
        steps.add(step(StepName.PUSH_DROPPED, DropReason.EXPIRED.wireName()));
      }
    }
    String deviceId = deviceId(device.reachField());
    return steps.stream()
        .map(
            step ->
                Step.of(step.name(), device.userId(), deviceId)
                    .because(step.why())
                    .by(provider, result.providerId(), device.key())
                    .ago(age))
        .toList();
  }

  private static Step step(StepName name, @Nullable String why) {
    return Step.of(name, null, null).because(why);
  }

  /** What is said of a job of which nothing is sent. */
  static List<Step> unsent(PushJob job, Collection<String> keys, String reason) {
    if (!job.cause().isTraced()) {
      return List.of();
    }
    Optional<Set<String>> fields =
        job.target() instanceof Target.User user ? user.reachFields() : Optional.empty();
    return fields
        .<List<Step>>map(
            named ->
                new TreeSet<>(named)
                    .stream().map(field -> dropped(job, field, null, reason)).toList())
        .orElseGet(() -> gone(job, keys, reason));
  }

  /** What is said of devices that were removed since their push was queued. */
  static List<Step> gone(PushJob job, Collection<String> keys) {
    return job.cause().isTraced() ? gone(job, keys, "no_device") : List.of();
  }

  private static List<Step> gone(PushJob job, Collection<String> keys, String reason) {
    return keys.stream().map(key -> dropped(job, "", key, reason)).toList();
  }

  private static Step dropped(PushJob job, String field, @Nullable String key, String reason) {
    String named = key == null ? field : key;
    String type = named.split("[|:]", 2)[0];
    String user = userId(job);
    return Step.of(StepName.PUSH_DROPPED, user.isEmpty() ? null : user, deviceId(field))
        .because(reason(reason))
        .by(provider(type), null, key);
  }

  private static String provider(String type) {
    return type.equals("apns_voip") ? "apns" : type;
  }

  private static String reason(@Nullable String reason) {
    return switch (String.valueOf(reason)) {
      case "call_over", "cause_over" -> DropReason.OVER.wireName();
      case "deadline" -> DropReason.EXPIRED.wireName();
      case "push_off" -> DropReason.DISABLED.wireName();
      default -> String.valueOf(reason);
    };
  }
}
