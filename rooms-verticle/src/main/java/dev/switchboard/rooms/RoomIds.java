package dev.switchboard.rooms;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Ids of rooms: 48 hex characters that nobody can guess, since to know one is to be let in. */
final class RoomIds {
  private static final int BYTES = 24;

  private final SecureRandom random = new SecureRandom();

  String next() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
