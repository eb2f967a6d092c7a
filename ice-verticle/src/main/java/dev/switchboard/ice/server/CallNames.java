package dev.switchboard.ice.server;

import java.util.Optional;
import java.util.regex.Pattern;

/** Reads which call a TURN user name belongs to: {@code [<expiry>:]<user>.<call>}. Pure. */
public final class CallNames {
  /** Calls are named by UUIDs; whatever else stands behind a dot belongs to the user's own id. */
  private static final Pattern CALL =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private CallNames() {}

  /** True for the id of a call. */
  public static boolean isCall(String id) {
    return CALL.matcher(id).matches();
  }

  /** The call of a name; empty for a name that belongs to none. */
  public static Optional<String> call(String name) {
    return Optional.of(name.substring(name.lastIndexOf('.') + 1))
        .filter(id -> id.length() < name.length() && isCall(id));
  }
}
