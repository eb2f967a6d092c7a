package dev.switchboard.rooms;

import java.time.Instant;

/** A room that two made; from {@code exp} on it is as if it were not there. */
record Room(String roomId, Person first, Person second, Instant exp) {
  /** One of the two, 1 or 2. */
  Person person(int which) {
    return which == 1 ? first : second;
  }
}
