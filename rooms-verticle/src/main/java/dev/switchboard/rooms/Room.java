package dev.switchboard.rooms;

import java.time.Instant;

/** A room that two made; {@code exp} is that of the join code that they met by. */
record Room(String roomId, Person first, Person second, Instant exp) {
  /** One of the two, 1 or 2. */
  Person person(int which) {
    return which == 1 ? first : second;
  }
}
