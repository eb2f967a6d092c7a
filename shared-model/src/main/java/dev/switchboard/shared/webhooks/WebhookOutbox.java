package dev.switchboard.shared.webhooks;

/**
 * Events of what is stored in Postgres: rows of {@code webhook_outbox}, written by the very
 * statement that makes the change, so that neither is there without the other. The push role moves
 * them into the queue.
 */
public final class WebhookOutbox {
  private WebhookOutbox() {}

  /**
   * A statement that files an event for each row that another one returns, and answers those rows.
   *
   * @param change an INSERT, UPDATE or DELETE with RETURNING and without WITH; its parameters stay
   *     what they are
   * @param subject an SQL expression over the returned columns: what the events are in order for
   * @param data an SQL expression over them: the event's data, as {@code jsonb}
   */
  public static String filing(String change, WebhookEvent event, String subject, String data) {
    return "WITH changed AS ("
        + change
        + "), "
        + filed(event, subject, data)
        + " SELECT * FROM changed";
  }

  /** The part of a WITH that files an event for each row of {@code changed}, another part of it. */
  public static String filed(WebhookEvent event, String subject, String data) {
    return "filed AS (INSERT INTO webhook_outbox (type, subject, data) SELECT '"
        + event.wireName()
        + "', "
        + subject
        + ", "
        + data
        + " FROM changed)";
  }
}
