package dev.switchboard.shared.push;

/**
 * The durable queue between whoever wants a push and the push role: Redis streams, one a lane. A
 * job is one stream entry with these fields, all text:
 *
 * <ul>
 *   <li>{@code id}: the notification id, new for each notification (a UUID)
 *   <li>{@code cause}: {@code incoming_call}, {@code call_cancelled}, {@code missed_call}, {@code
 *       call_ended}, {@code presence} or {@code custom}
 *   <li>{@code data}: JSON object. For calls the fields of the payload, {@code callId} among them;
 *       a ring is sent only while {@code call:<callId>} has the state {@code ringing}. For {@code
 *       presence} {@code {roomId, type:'presence'}}. For {@code custom} {@code {title, body, data?,
 *       icon?, badge?, tag?, urgency?}}
 *   <li>{@code createdAt}, {@code deadline}: milliseconds since the epoch. A call's cause begins at
 *       {@code createdAt}; after {@code deadline} nothing is sent any more
 *   <li>{@code unless}, optional: JSON list of {@code [key, field]} pairs; not sent (at each
 *       attempt) if one of these Redis hashes has that field, or, where the field is {@code ""}, if
 *       that key exists
 * </ul>
 *
 * <p>and one of these, which says to whom:
 *
 * <ul>
 *   <li>{@code userId}, and if not to all devices {@code devices}: JSON list of reach fields
 *       (below)
 *   <li>{@code roomId} and {@code person} ({@code client1} or {@code client2}): the token of that
 *       person of a room. It is read from the table {@code rooms} when the push is sent, so that a
 *       room that is gone or expired, or a person without a token, is pushed nothing; platform
 *       {@code ios} goes to APNs, {@code android} to FCM. A token that the provider calls invalid
 *       is set to null there if it is still the same
 *   <li>{@code targets}: JSON list of {@code <type>:<id>}, ids of the tables of devices
 *   <li>{@code topic}: an FCM topic
 *   <li>{@code everyone}: {@code webpush} or {@code all}, page by page; {@code after} and {@code
 *       page} say how far it has come
 * </ul>
 *
 * <p>So a presence push is one {@code XADD push:jobs * id … cause presence roomId … person client2
 * data {"roomId":…,"type":"presence"} createdAt … deadline … unless [["room:members:…","…"]]}, its
 * deadline 5 minutes ahead.
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
  /** Rings, which go ahead of everything else. */
  public static final String RINGS = "push:rings";

  /** What else calls and rooms cause. A ring that is put here is sent all the same. */
  public static final String JOBS = "push:jobs";

  /** What operators send. */
  public static final String BULK = "push:bulk";

  public static final String REGISTRATIONS = "push:registrations";
  public static final String PROVIDERS = "push:providers";

  private PushJobs() {}

  /** The hash of a call, whose {@code state} decides whether a ring is still sent. */
  public static String call(String callId) {
    return "call:" + callId;
  }

  /** The hash of what a push could reach of a user. */
  public static String reach(String userId) {
    return "push:reach:" + userId;
  }
}
