package dev.switchboard.push.tokens;

/** A field of a request that is missing or wrong. Never carries its value. */
final class BadFieldException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadFieldException(String field, String problem) {
    super(field + " " + problem, null, false, false);
  }
}
