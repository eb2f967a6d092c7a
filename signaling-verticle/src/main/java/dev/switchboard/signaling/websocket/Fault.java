package dev.switchboard.signaling.websocket;

/** What is wrong with a frame or a message, after which nothing more is received. */
public enum Fault {
  TOO_LARGE(1009),
  NOT_UTF8(1007),
  /** Not as RFC 6455 section 5 has it. */
  MALFORMED(1002);

  private final int closeCode;

  Fault(int closeCode) {
    this.closeCode = closeCode;
  }

  /** The status code of the Close frame that says so (RFC 6455 section 7.4.1). */
  public int closeCode() {
    return closeCode;
  }
}
