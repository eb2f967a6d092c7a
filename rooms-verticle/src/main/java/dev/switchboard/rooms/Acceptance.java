package dev.switchboard.rooms;

import java.time.Instant;

/** What became of an attempt to accept a join code. */
sealed interface Acceptance {
  /** This attempt made the room. */
  record Accepted(String roomId, Instant exp) implements Acceptance {}

  /** Another attempt came first. */
  record Taken() implements Acceptance {}

  /** Nobody made that join code, or it has expired. */
  record Unknown() implements Acceptance {}
}
