package dev.switchboard.push.queue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whom a job goes to. */
sealed interface Target {
  /** How many devices it names; 1 where only sending shows it. */
  default int devices() {
    return 1;
  }

  /** Whose devices alone are meant; empty where that makes no difference. */
  default String owner() {
    return "";
  }

  /** Devices of a user: those with these reach fields, or all. */
  record User(String userId, Optional<Set<String>> reachFields) implements Target {
    @Override
    public String owner() {
      return userId;
    }
  }

  /** A person of a room, {@code client1} or {@code client2}. */
  record RoomPerson(String roomId, String person) implements Target {}

  /**
   * Rows by {@code <type>:<id>}.
   *
   * @param owner a device that has become another's since then is not meant any more
   */
  record Devices(List<String> keys, String owner) implements Target {
    @Override
    public int devices() {
      return Math.max(1, keys.size());
    }
  }

  /** Whoever is subscribed to a topic in an app's FCM project. */
  record Topic(String name, String app) implements Target {}

  /**
   * All devices, from the one after {@code after} on; empty begins.
   *
   * @param app the only one whose devices are meant; null for all
   */
  record Everyone(boolean devicesToo, @Nullable String app, String after, int page)
      implements Target {}
}
