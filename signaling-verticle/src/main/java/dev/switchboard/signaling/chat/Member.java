package dev.switchboard.signaling.chat;

import dev.switchboard.shared.role.EdgeId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member that is there.
 *
 * @param publicKey JSON text; null if it has none, or was not asked for
 * @param joinedAt milliseconds since the epoch
 */
record Member(
    String userId,
    String socketId,
    EdgeId edge,
    String name,
    @Nullable String publicKey,
    long joinedAt) {
  /** Who has been there longest comes first. */
  static final Comparator<Member> BY_JOINING =
      Comparator.comparingLong(Member::joinedAt).thenComparing(Member::userId);

  /** The socket of the one that has been there longest; empty if nobody is. */
  static String first(List<Member> members) {
    return members.stream().min(BY_JOINING).map(Member::socketId).orElse("");
  }

  /** Reads the members of an answer of the chat scripts. */
  static List<Member> readAll(JsonObject answer) {
    List<Member> members = new ArrayList<>();
    // cjson writes an empty list as an object
    if (answer.getValue("members") instanceof JsonArray list) {
      for (int i = 0; i < list.size(); i++) {
        JsonObject member = list.getJsonObject(i);
        members.add(
            new Member(
                member.getString("u"),
                member.getString("s"),
                EdgeId.parse(member.getString("e")),
                member.getString("d"),
                member.getString("k"),
                member.getLong("j")));
      }
    }
    return members;
  }
}
