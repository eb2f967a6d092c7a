package dev.switchboard.shared.webhooks;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * An event in the queue: {@code <id> <filed at> <body>}, one line of text. The body is what is
 * sent, to the byte, at each attempt: {@code {"type", "timestamp", "data": {…, "seq"}}}.
 *
 * @param id the {@code webhook-id}, the same at each attempt
 * @param filedAt milliseconds since the epoch
 */
public record WebhookEntry(String id, long filedAt, String body) {
  private static final String ID_PREFIX = "msg_";

  /** A new id, which nobody can guess. */
  public static String newId() {
    return ID_PREFIX + UUID.randomUUID();
  }

  /**
   * An entry but for its end: {@link #close} adds the number, as a script does that counts the
   * events of its subject. {@code data} is not empty.
   *
   * @param now milliseconds since the epoch
   */
  public static String open(WebhookEvent event, JsonObject data, long now) {
    return open(newId(), event, data, now);
  }

  private static String open(String id, WebhookEvent event, JsonObject data, long now) {
    String fields = data.encode();
    return id
        + ' '
        + now
        + " {\"type\":\""
        + event.wireName()
        + "\",\"timestamp\":\""
        + Instant.ofEpochMilli(now)
        + "\",\"data\":"
        + fields.substring(0, fields.length() - 1)
        + ",\"seq\":";
  }

  /** Completes what {@link #open} began. */
  public static String close(String opened, long seq) {
    return opened + seq + "}}";
  }

  /** The only event of its subject, which has this id already. */
  public static WebhookEntry first(UUID id, WebhookEvent event, JsonObject data, long filedAt) {
    return parse(close(open(ID_PREFIX + id, event, data, filedAt), 1)).orElseThrow();
  }

  /** Reads an entry; empty if it is none. */
  public static Optional<WebhookEntry> parse(String text) {
    int first = text.indexOf(' ');
    int second = text.indexOf(' ', first + 1);
    if (first < 1 || second < 0) {
      return Optional.empty();
    }
    try {
      long filedAt = Long.parseLong(text, first + 1, second, 10);
      return Optional.of(
          new WebhookEntry(text.substring(0, first), filedAt, text.substring(second + 1)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** As it stands in the queue. */
  public String encode() {
    return id + ' ' + filedAt + ' ' + body;
  }
}
