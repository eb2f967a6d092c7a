package dev.switchboard.push.operators;

import dev.switchboard.push.http.AppFields;
import dev.switchboard.push.http.Fields;
import dev.switchboard.push.queue.PushOrder;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.push.PushApps;
import dev.switchboard.shared.push.Urgency;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what is to be sent and to whom, and checks it. Pure. */
final class MessageRequest {
  /** What fits every provider: APNs and FCM take 4096 bytes with what they add, browsers 3993. */
  static final int MESSAGE_MAX = 3_500;

  private static final int ID_MAX = 1_024;
  private static final int TOKENS_MAX = 1_000;
  private static final int ACTIONS_MAX = 8;
  private static final List<String> SWITCHES = List.of("renotify", "silent", "requireInteraction");
  private static final long TTL_MAX_SECONDS = Duration.ofDays(28).toSeconds();
  private static final Duration TTL_DEFAULT = Cause.CUSTOM.life().orElseThrow();

  /** "Now or never" still has to go through the queue. */
  private static final Duration TTL_LEAST = Duration.ofSeconds(10);

  private static final String TOPIC = "[a-zA-Z0-9-_.~%]{1,900}";
  private static final String TOPIC_PREFIX = "/topics/";

  /** To whom: exactly one of them. */
  sealed interface Recipient {
    /** The only app whose devices are meant; null for all, of a topic for the default one's. */
    @Nullable String app();

    /** All devices of a user. */
    record User(String userId, @Nullable String app) implements Recipient {}

    /** One Web Push subscription. */
    record Subscription(String id, @Nullable String app) implements Recipient {}

    /** Whoever is subscribed to a topic of FCM. */
    record Topic(String name, @Nullable String app) implements Recipient {}
  }

  private MessageRequest() {}

  /**
   * The order in a request. Throws {@link BadFieldException}.
   *
   * @param scope tells its idempotency keys from those of other routes
   */
  static PushOrder order(JsonObject body, String scope) {
    JsonObject message =
        new JsonObject().put("title", words(body, "title")).put("body", words(body, "body"));
    putText(message, body, "icon", 2_048);
    putText(message, body, "tag", 256);
    putText(message, body, "image", 2_048);
    putText(message, body, "lang", 64);
    for (String name : SWITCHES) {
      if (body.getValue(name) != null) {
        message.put(name, flag(body, name));
      }
    }
    putActions(message, body);
    putBadge(message, body);
    putUrgency(message, body);
    Object data = body.getValue("data");
    if (data != null) {
      if (!(data instanceof JsonObject)) {
        throw new BadFieldException("data", "must be an object");
      }
      message.put("data", data);
    }
    if (message.encode().getBytes(StandardCharsets.UTF_8).length > MESSAGE_MAX) {
      String largest = message.containsKey("data") ? "data" : "body";
      throw new BadFieldException(
          largest, "makes the message larger than " + MESSAGE_MAX + " bytes");
    }
    String key = id(body, "idempotency_key", 256);
    return new PushOrder(message, life(body), key == null ? null : scope + ":" + key);
  }

  private static String words(JsonObject body, String name) {
    String words = text(body, name, MESSAGE_MAX);
    if (words == null) {
      throw BadFieldException.missing(name);
    }
    return words;
  }

  private static void putText(JsonObject message, JsonObject body, String name, int maxLength) {
    String value = text(body, name, maxLength);
    if (value != null) {
      message.put(name, value);
    }
  }

  /** Buttons of a browser's notification (Notifications API, {@code NotificationAction}). */
  private static void putActions(JsonObject message, JsonObject body) {
    Object actions = body.getValue("actions");
    if (actions == null) {
      return;
    }
    if (!(actions instanceof JsonArray list) || list.size() > ACTIONS_MAX) {
      throw new BadFieldException("actions", "must be a list of at most " + ACTIONS_MAX);
    }
    for (Object each : list) {
      if (!(each instanceof JsonObject action)
          || !(action.getValue("action") instanceof String)
          || !(action.getValue("title") instanceof String)) {
        throw new BadFieldException("actions", "must be objects with action and title");
      }
    }
    message.put("actions", list);
  }

  /** An image for browsers, or a number for APNs. */
  private static void putBadge(JsonObject message, JsonObject body) {
    Object badge = body.getValue("badge");
    if (badge instanceof Number number) {
      if (number.doubleValue() != number.longValue()
          || number.longValue() < 0
          || number.longValue() > Integer.MAX_VALUE) {
        throw new BadFieldException("badge", "must be a whole number from 0, or a text");
      }
      message.put("badge", number.longValue());
    } else {
      putText(message, body, "badge", 2_048);
    }
  }

  private static void putUrgency(JsonObject message, JsonObject body) {
    String urgency = text(body, "urgency", 16);
    if (urgency != null) {
      if (Urgency.of(urgency).isEmpty()) {
        String names = String.join(", ", Urgency.names());
        throw new BadFieldException("urgency", "must be one of " + names);
      }
      message.put("urgency", urgency);
    }
  }

  private static Duration life(JsonObject body) {
    Object ttl = digits(body.getValue("ttl"));
    if (ttl == null) {
      return TTL_DEFAULT;
    }
    if (!(ttl instanceof Number number)
        || number.doubleValue() != number.longValue()
        || number.longValue() < 0
        || number.longValue() > TTL_MAX_SECONDS) {
      throw new BadFieldException("ttl", "must be whole seconds from 0 to " + TTL_MAX_SECONDS);
    }
    Duration wanted = Duration.ofSeconds(number.longValue());
    return wanted.isZero() ? TTL_LEAST : wanted;
  }

  /** The number that a text of digits stands for; what is none as it is. */
  private static @Nullable Object digits(@Nullable Object value) {
    return value instanceof String text && text.matches("\\d{1,9}") ? Integer.valueOf(text) : value;
  }

  /** Whom a request is for. Throws {@link BadFieldException}. */
  static Recipient recipient(JsonObject body, PushApps apps) {
    String app = AppFields.app(body::getValue, apps);
    String userId = id(body, "user_id", ID_MAX);
    String subscriptionId = id(body, "subscription_id", ID_MAX);
    String topic = id(body, "topic", ID_MAX);
    int named =
        (userId == null ? 0 : 1) + (subscriptionId == null ? 0 : 1) + (topic == null ? 0 : 1);
    if (named != 1) {
      throw new BadFieldException(
          "user_id", "or subscription_id or topic must be given, and only one of them");
    }
    if (userId != null) {
      return new Recipient.User(userId, app);
    }
    return subscriptionId != null
        ? new Recipient.Subscription(subscriptionId, app)
        : new Recipient.Topic(topic(String.valueOf(topic)), app);
  }

  /** The name of a topic. Throws {@link BadFieldException}. */
  static String topic(String text) {
    String name = text.startsWith(TOPIC_PREFIX) ? text.substring(TOPIC_PREFIX.length()) : text;
    if (!name.matches(TOPIC)) {
      throw new BadFieldException("topic", "must be 1 to 900 of the characters a-z A-Z 0-9 -_.~%");
    }
    return name;
  }

  /** A switch that is off by default. Throws {@link BadFieldException}. */
  static boolean flag(JsonObject body, String name) {
    Object value = body.getValue(name);
    if (value == null) {
      return false;
    }
    if (!(value instanceof Boolean flag)) {
      throw new BadFieldException(name, "must be true or false");
    }
    return flag;
  }

  /** The tokens whose topics change. Throws {@link BadFieldException}. */
  static List<String> tokens(JsonObject body) {
    List<String> tokens = texts(body, "tokens", TOKENS_MAX);
    if (tokens == null || tokens.isEmpty()) {
      throw new BadFieldException("tokens", "is missing: name 1 to " + TOKENS_MAX);
    }
    return tokens;
  }

  /** A list of texts; null where it is absent. Throws {@link BadFieldException}. */
  static @Nullable List<String> texts(JsonObject body, String name, int most) {
    Object value = body.getValue(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof JsonArray list) || list.size() > most) {
      throw new BadFieldException(name, "must be a list of at most " + most + " texts");
    }
    List<String> texts = new ArrayList<>();
    for (Object each : list) {
      if (!(each instanceof String text) || text.isEmpty() || text.length() > 4_096) {
        throw new BadFieldException(name, "must be a list of texts");
      }
      texts.add(text);
    }
    return texts;
  }

  private static @Nullable String text(JsonObject body, String name, int maxLength) {
    return text(body.getValue(name), name, maxLength);
  }

  private static @Nullable String id(JsonObject body, String name, int maxLength) {
    return text(Fields.id(body.getValue(name)), name, maxLength);
  }

  private static @Nullable String text(@Nullable Object value, String name, int maxLength) {
    if (value == null || "".equals(value)) {
      return null;
    }
    if (!(value instanceof String text)) {
      throw new BadFieldException(name, "must be a string");
    }
    if (text.length() > maxLength) {
      throw new BadFieldException(name, "is longer than " + maxLength + " characters");
    }
    if (text.codePoints().anyMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE)) {
      throw new BadFieldException(name, "contains characters that can't be kept");
    }
    return text;
  }
}
