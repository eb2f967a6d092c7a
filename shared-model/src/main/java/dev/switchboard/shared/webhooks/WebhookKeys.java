package dev.switchboard.shared.webhooks;

/** The Redis names of webhooks. */
public final class WebhookKeys {
  /** Subjects that have events waiting, by when the next attempt is due. */
  public static final String DUE = "webhook:due";

  /** How many attempts the first event of a subject has had; no field is none. */
  public static final String ATTEMPTS = "webhook:attempts";

  /** Events that were not delivered for a day. */
  public static final String DEAD = "webhook:dead";

  /** How many events were dropped since too many subjects waited. */
  public static final String DROPPED = "webhook:dropped";

  private WebhookKeys() {}

  /** The events of a subject, in order. */
  public static String queue(String subject) {
    return "webhook:queue:" + subject;
  }
}
