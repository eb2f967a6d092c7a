package dev.switchboard.push.http;

/** A field of a request that is missing or wrong. Never carries its value. */
public final class BadFieldException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BadFieldException(String field, String problem) {
    super(field + " " + problem, null, false, false);
  }
}
