package dev.switchboard.shared.http;

/** A field of a request that is missing or wrong: 400. Never carries its value. */
public final class BadFieldException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final boolean missing;

  /**
   * A field that is wrong.
   *
   * @param problem what is wrong and what would be right, behind the field's name: {@code must be a
   *     string}
   */
  public BadFieldException(String field, String problem) {
    this(field, problem, false);
  }

  private BadFieldException(String field, String problem, boolean missing) {
    super(field + " " + problem, null, false, false);
    this.field = field;
    this.missing = missing;
  }

  /** A field that has to be there. */
  public static BadFieldException missing(String field) {
    return new BadFieldException(field, "is missing", true);
  }

  /** Its name; {@code body} for the body as a whole. */
  public String field() {
    return field;
  }

  /** True if it is not there, false if it is wrong. */
  public boolean isMissing() {
    return missing;
  }
}
