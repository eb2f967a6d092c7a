package dev.switchboard.signaling.calls;

/** Why a request is refused, as the client is told. */
public enum CallError {
  REGISTRATION_FAILED("E001", "Registration failed"),
  INVALID_USER("E003", "Invalid user id"),
  NO_SUCH_CALL("E101", "No such call"),
  WRONG_STATE("E102", "Not possible in the call's present state"),
  UNAVAILABLE("E103", "Callee is not available"),
  BUSY("E104", "Callee is busy"),
  TIMED_OUT("E105", "The call has timed out"),
  CANCELLED("E106", "The caller has cancelled"),
  GLARE("E107", "The callee is calling you"),
  IN_CALL("E108", "You are in a call already"),
  TOKEN_INVALID("E201", "Invalid token"),
  TOKEN_EXPIRED("E202", "Token expired"),
  NOT_AUTHORISED("E203", "Not authorised"),
  BAD_FIELD("E301", "Bad field"),
  MISSING_FIELD("E302", "Missing field"),
  TOO_MANY("E429", "Too many requests"),
  STORE_AWAY("E503", "A store is unreachable; try again");

  private final String code;
  private final String message;

  CallError(String code, String message) {
    this.code = code;
    this.message = message;
  }

  /** The code on the wire. */
  public String code() {
    return code;
  }

  /** The message where nothing more exact is known. */
  public String message() {
    return message;
  }
}
