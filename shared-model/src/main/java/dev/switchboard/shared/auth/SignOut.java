package dev.switchboard.shared.auth;

import dev.switchboard.shared.redis.stream.StreamEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a team's back end or an operator says of a user's presence, to every node. */
public sealed interface SignOut {
  /** Whom it is about. */
  String userId();

  /**
   * Tokens that were issued before are refused from now on.
   *
   * @param beforeMillis milliseconds since the epoch
   */
  record Revoked(String userId, long beforeMillis) implements SignOut {}

  /**
   * Sockets that are open now are closed.
   *
   * @param deviceId those of this device only; null for all of the user
   */
  record Disconnected(String userId, @Nullable String deviceId) implements SignOut {}

  /** The fields and texts of its entry in the log, in turn. */
  default List<String> fields() {
    return switch (this) {
      case Revoked(String user, long before) ->
          List.of("op", "revoke", "user", user, "before", Long.toString(before));
      case Disconnected(String user, @Nullable String device) ->
          List.of("op", "disconnect", "user", user, "device", device == null ? "" : device);
    };
  }

  /** Reads what {@link #fields} writes; null for what a later version may have added. */
  static @Nullable SignOut read(StreamEntry entry) {
    String user = entry.field("user").orElse("");
    return switch (entry.field("op").orElse("")) {
      case "revoke" -> entry.number("before").map(at -> new Revoked(user, at)).orElse(null);
      case "disconnect" ->
          new Disconnected(user, entry.field("device").filter(id -> !id.isEmpty()).orElse(null));
      default -> null;
    };
  }
}
