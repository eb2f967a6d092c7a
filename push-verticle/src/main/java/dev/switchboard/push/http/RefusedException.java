package dev.switchboard.push.http;

/** A request that is understood and refused: the answer is {@code {error, detail}}. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String error;
  private final long retryAfterSeconds;

  private RefusedException(int status, String error, String detail) {
    this(status, error, detail, 0);
  }

  private RefusedException(int status, String error, String detail, long retryAfterSeconds) {
    super(detail, null, false, false);
    this.status = status;
    this.error = error;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** 403: somebody else's, or for operators only. */
  public static RefusedException forbidden(String detail) {
    return new RefusedException(403, "forbidden", detail);
  }

  /** 404: there is none that the caller may know of. */
  public static RefusedException notFound(String detail) {
    return new RefusedException(404, "not_found", detail);
  }

  /** 429: the caller comes too often. */
  public static RefusedException limited(long waitMillis) {
    long seconds = Math.ceilDiv(waitMillis, 1_000L);
    return new RefusedException(429, "rate_limited", "try again in " + seconds + " s", seconds);
  }

  /** 503: something that this needs is not there at the moment. */
  public static RefusedException unavailable(String detail) {
    return new RefusedException(503, "unavailable", detail);
  }

  /** 0 where nothing is known. */
  long retryAfterSeconds() {
    return retryAfterSeconds;
  }

  int status() {
    return status;
  }

  String error() {
    return error;
  }
}
