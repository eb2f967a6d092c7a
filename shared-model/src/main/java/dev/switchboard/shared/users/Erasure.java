package dev.switchboard.shared.users;

import io.vertx.core.json.JsonArray;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * That a user is to be forgotten.
 *
 * @param devices that were known of the user when this was asked for
 * @param pass counts from 1: what was on its way during one pass, the next finds
 */
public record Erasure(String userId, Set<String> devices, int pass) {
  /** Reads what {@code user_erase} writes; null for anything else. */
  static @Nullable Erasure read(String member) {
    try {
      JsonArray parts = new JsonArray(member);
      Set<String> devices = new LinkedHashSet<>();
      for (int i = 2; i < parts.size(); i++) {
        devices.add(parts.getString(i));
      }
      return new Erasure(parts.getString(1), devices, parts.getInteger(0));
    } catch (RuntimeException e) {
      return null;
    }
  }
}
