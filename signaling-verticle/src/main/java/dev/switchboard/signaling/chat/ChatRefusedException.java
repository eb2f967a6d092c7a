package dev.switchboard.signaling.chat;

/** Ends what a client asked for with a {@code session-error}. */
final class ChatRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ChatError error;

  ChatRefusedException(ChatError error) {
    this(error, error.message());
  }

  ChatRefusedException(ChatError error, String message) {
    super(message, null, false, false);
    this.error = error;
  }

  ChatError error() {
    return error;
  }
}
