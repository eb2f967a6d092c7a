package dev.switchboard.signaling.webhooks;

import dev.switchboard.shared.webhooks.WebhookEntry;
import dev.switchboard.shared.webhooks.WebhookEvent;
import dev.switchboard.shared.webhooks.WebhookEvents;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events the steps of a call are, as entries of the queue but for their number: the script
 * that saves the step counts them. A call comes as the fields of its hash, all text. Pure but for
 * the ids.
 */
public final class CallWebhooks {
  private static final String RINGING = "ringing";
  private static final String ACCEPTED = "accepted";
  private static final String TIMEOUT = "timeout";
  private static final Set<String> LIVE = Set.of(RINGING, ACCEPTED);
  private static final List<String> TEXTS =
      List.of(
          "callId",
          "callerId",
          "calleeId",
          "callType",
          "callerName",
          "callerDevice",
          "calleeDevice",
          "requestedBy",
          "state",
          "reason",
          "endedBy");
  private static final List<String> TIMES = List.of("createdAt", "acceptedAt", "endedAt");

  private CallWebhooks() {}

  /**
   * The events of a step, in order; most steps have none.
   *
   * @param before the state that the call was in; null for a new call
   * @param now milliseconds since the epoch
   */
  public static List<String> ofStep(
      WebhookEvents wanted, @Nullable String before, JsonObject after, long now) {
    String state = after.getString("state");
    List<String> entries = new ArrayList<>(2);
    if (state.equals(before)) {
      return entries;
    }
    if (before == null) {
      add(wanted, WebhookEvent.CALL_RINGING, after, now, entries);
    } else if (state.equals(ACCEPTED)) {
      add(wanted, WebhookEvent.CALL_ACCEPTED, after, now, entries);
    } else if (!LIVE.contains(state)) {
      if (state.equals(TIMEOUT)) {
        add(wanted, WebhookEvent.CALL_MISSED, after, now, entries);
      }
      add(wanted, WebhookEvent.CALL_ENDED, after, now, entries);
    }
    return entries;
  }

  /** The event of an attempt that the script refuses, which adds number and reason. */
  public static List<String> ofRefusal(WebhookEvents wanted, JsonObject call, long now) {
    List<String> entries = new ArrayList<>(1);
    if (wanted.wants(WebhookEvent.CALL_REFUSED)) {
      JsonObject data = data(call);
      data.remove("state");
      entries.add(WebhookEntry.open(WebhookEvent.CALL_REFUSED, data, now));
    }
    return entries;
  }

  private static void add(
      WebhookEvents wanted, WebhookEvent event, JsonObject call, long now, List<String> to) {
    if (wanted.wants(event)) {
      to.add(WebhookEntry.open(event, data(call), now));
    }
  }

  private static JsonObject data(JsonObject call) {
    JsonObject data = new JsonObject();
    for (String name : TEXTS) {
      String text = call.getString(name, "");
      if (!text.isEmpty()) {
        data.put(name, text);
      }
    }
    String metadata = call.getString("metadata", "");
    if (!metadata.isEmpty()) {
      data.put("metadata", new JsonObject(metadata));
    }
    for (String name : TIMES) {
      long time = time(call, name);
      if (time > 0) {
        data.put(name, time);
      }
    }
    long ended = time(call, "endedAt");
    if (ended > 0) {
      long accepted = time(call, "acceptedAt");
      long millis = accepted == 0 ? 0 : Math.max(0, ended - accepted);
      data.put("duration", millis / 1_000).put("durationMs", millis);
    }
    return data;
  }

  private static long time(JsonObject call, String name) {
    String text = call.getString(name, "");
    return text.isEmpty() ? 0 : Long.parseLong(text);
  }
}
