package dev.switchboard.signaling.edge;

/** Ends the handling of an event that is refused; carries no stack trace. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ErrorCode error;

  public RefusedException(ErrorCode error) {
    this(error, error.message());
  }

  public RefusedException(ErrorCode error, String message) {
    super(message, null, false, false);
    this.error = error;
  }

  public ErrorCode error() {
    return error;
  }
}
