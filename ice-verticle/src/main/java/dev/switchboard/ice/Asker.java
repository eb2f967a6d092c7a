package dev.switchboard.ice;

/** Who a list is for; decides the name in the credential and how long it lives. */
sealed interface Asker {
  /** The bearer of a valid token, or a registered device. */
  record Known(String userId) implements Asker {}

  /** Somebody without a token, under a name nobody checked. */
  record Anonymous(String userId) implements Asker {}

  /** A party of a call that is being set up or is up. */
  record InCall(String userId, String callId) implements Asker {}
}
