package dev.switchboard.rooms;

/** What a join code has come to, for the person who made it. */
sealed interface CodeState {
  /** Nobody has accepted it yet. */
  record Pending() implements CodeState {}

  /** It has become a room. */
  record Accepted(String roomId) implements CodeState {}

  /** This person did not make it, or it has expired. */
  record Unknown() implements CodeState {}
}
