package dev.switchboard.signaling.chat;

import dev.switchboard.signaling.edge.ErrorCode;
import dev.switchboard.signaling.edge.Payload;

/** Why the chat refuses something, as {@code session-error} has it: the name is the code. */
public enum ChatError implements ErrorCode {
  SESSION_NOT_FOUND("Session not found. Please check the session link."),
  SESSION_NOT_ACTIVE("Room not active yet. Please wait for the creator to join first."),
  SESSION_FULL("This room is full. Only 2 members allowed."),
  INVALID_KEY("Invalid authentication key. Please check your link and try again."),
  INVALID_PASSWORD("Invalid password. Please try again."),
  FORBIDDEN("Not allowed for this member."),
  REPLACED("You have joined from another place."),
  MISSING_FIELD("A field is missing."),
  INVALID_FIELD("A field is wrong."),
  MESSAGE_TOO_LARGE("The message is too large."),
  RATE_LIMITED("Too many messages. Please slow down."),
  STORAGE_FULL("The chat storage is full. Please try again later."),
  STORE_UNAVAILABLE("The chat store is unreachable. Please try again.");

  /** How payloads are read. */
  static final Payload.Rules PAYLOADS = new Payload.Rules(MISSING_FIELD, INVALID_FIELD, false);

  private final String message;

  ChatError(String message) {
    this.message = message;
  }

  @Override
  public String code() {
    return name();
  }

  @Override
  public String message() {
    return message;
  }
}
