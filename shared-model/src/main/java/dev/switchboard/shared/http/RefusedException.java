package dev.switchboard.shared.http;

import org.jspecify.annotations.Nullable;

/** A request that is understood and refused. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;
  private final long retryAfterSeconds;

  public RefusedException(Refusal refusal) {
    this(refusal, 0);
  }

  private RefusedException(Refusal refusal, long retryAfterSeconds) {
    super(refusal.detail(), null, false, false);
    this.refusal = refusal;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** 409: it can't be had as things stand. */
  public static RefusedException conflict(String detail) {
    return new RefusedException(new Refusal(409, "conflict", detail));
  }

  /** 403: somebody else's, or for operators only. */
  public static RefusedException forbidden(String detail) {
    return new RefusedException(new Refusal(403, "forbidden", detail));
  }

  /** 404: there is none that the caller may know of. */
  public static RefusedException notFound(String detail) {
    return new RefusedException(new Refusal(404, "not_found", detail));
  }

  /**
   * 429: the caller comes too often.
   *
   * @param error what is answered for this limit; null for {@code rate_limited} and the time
   */
  static RefusedException limited(long waitMillis, @Nullable String error) {
    long seconds = Math.ceilDiv(waitMillis, 1_000L);
    return new RefusedException(
        error == null
            ? new Refusal(429, "rate_limited", "try again in " + seconds + " s")
            : new Refusal(429, error, null),
        seconds);
  }

  /** As {@link #limited(long, String)}, named {@code rate_limited}. */
  public static RefusedException limited(long waitMillis) {
    return limited(waitMillis, null);
  }

  /** 503: something that this needs is not there at the moment. */
  public static RefusedException unavailable(String detail) {
    return new RefusedException(new Refusal(503, "unavailable", detail));
  }

  public Refusal refusal() {
    return refusal;
  }

  /** For the header {@code Retry-After}; 0 where nothing is known. */
  public long retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
