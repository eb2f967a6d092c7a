package dev.switchboard.shared.push;

/**
 * The durable queue between whoever causes a push and the push role: Redis streams, one a lane. A
 * job is one entry with the fields of {@link JobField}: {@code id}, {@code cause}, {@code data},
 * {@code createdAt} and {@code deadline}, one target, and what is optional.
 *
 * <p>So a presence push is one {@code XADD push:jobs * id … cause presence roomId … person client2
 * data {"roomId":…,"type":"presence"} createdAt … deadline … unless [["room:members:…","…"]]}, its
 * deadline 5 minutes ahead.
 *
 * <p>Which devices a push could reach is in the hash {@link #reach}, one field a token: {@code
 * <type>|<deviceId>}, or {@code <type>|#<token id>} for a token without a device; the value is the
 * token's id or {@code 1}. {@link #PROVIDERS} is a set of the types (fcm, apns, apns_voip, webpush)
 * that some live push node can deliver. The type of another app than the default one is {@code
 * <type>@<app>} in both ({@link #typeOf}).
 *
 * <p>Tokens that come with {@code register} travel on the stream {@link #REGISTRATIONS}, so that no
 * socket waits for Postgres: fields {@code op} ({@code store} or {@code remove}), {@code userId},
 * {@code deviceId}, {@code platform}, {@code type}, {@code token}, {@code at}, and, where the
 * device names them, {@code app} and {@code environment}.
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

  /** There while a push node says that push is switched off. */
  public static final String DISABLED = "push:disabled";

  private PushJobs() {}

  /** The hash of a call, whose {@code state} decides whether a ring is still sent. */
  public static String call(String callId) {
    return "call:" + callId;
  }

  /** A type of device of an app, as reach fields and {@link #PROVIDERS} name it. */
  public static String typeOf(String type, String app) {
    return app.equals(PushApps.DEFAULT) ? type : type + "@" + app;
  }

  /** The hash of what a push could reach of a user. */
  public static String reach(String userId) {
    return "push:reach:" + userId;
  }
}
