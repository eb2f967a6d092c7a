package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.edge.ErrorCode;
import dev.switchboard.signaling.edge.Payload;

/** Why a request is refused, as the client gets it. */
public enum CallError implements ErrorCode {
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
  NOT_ALLOWED("E109", "The call is not allowed"),
  TOKEN_INVALID("E201", "Invalid token"),
  TOKEN_EXPIRED("E202", "Token expired"),
  NOT_AUTHORISED("E203", "Not authorised"),
  BAD_FIELD("E301", "Bad field"),
  MISSING_FIELD("E302", "Missing field"),
  TOO_MANY("E429", "Too many requests"),
  STORE_AWAY("E503", "A store is unreachable; try again");

  /** How payloads are read. */
  static final Payload.Rules PAYLOADS = new Payload.Rules(MISSING_FIELD, BAD_FIELD, true);

  private final String code;
  private final String message;

  CallError(String code, String message) {
    this.code = code;
    this.message = message;
  }

  @Override
  public String code() {
    return code;
  }

  @Override
  public String message() {
    return message;
  }
}
