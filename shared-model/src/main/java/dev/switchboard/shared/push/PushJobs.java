package dev.switchboard.shared.push;

/**
 * The durable queue between whoever wants a push and the push role: a Redis stream. A job is one
 * stream entry with these fields, all text:
 *
 * <ul>
 *   <li>{@code id}: the notification id
 *   <li>{@code cause}: {@code incoming_call}, {@code call_cancelled}, {@code missed_call}, {@code
 *       call_ended}, {@code presence} or {@code custom}
 *   <li>{@code userId}
 *   <li>{@code devices}: JSON list of the reach fields (below) it goes to; absent means all
 *   <li>{@code data}: JSON object with the fields of the payload
 *   <li>{@code createdAt}, {@code deadline}: milliseconds since the epoch
 * </ul>
 *
 * <p>Which devices a push could reach is in the hash {@link #reach}, one field a token: {@code
 * <type>|<deviceId>}, or {@code <type>|#<token id>} for a token without a device; the value is the
 * token's id or {@code 1}. {@link #PROVIDERS} is a set of the types (fcm, apns, apns_voip, webpush)
 * that some live push node can deliver.
 *
 * <p>Tokens that come with {@code register} travel on the stream {@link #REGISTRATIONS}, so that no
 * socket waits for Postgres: fields {@code op} ({@code store} or {@code remove}), {@code userId},
 * {@code deviceId}, {@code platform}, {@code type}, {@code token}, {@code at}.
 */
public final class PushJobs {
  public static final String JOBS = "push:jobs";
  public static final String REGISTRATIONS = "push:registrations";
  public static final String PROVIDERS = "push:providers";

  private PushJobs() {}

  /** The hash of what a push could reach of a user. */
  public static String reach(String userId) {
    return "push:reach:" + userId;
  }
}
