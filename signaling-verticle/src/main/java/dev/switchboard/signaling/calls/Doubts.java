package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.sessions.SessionStore.Orphan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sessions of one socket that Redis may hold although the socket is not registered as them: a
 * registration failed, or an end of one did, and no answer said whether it was taken. Belongs to
 * the loop of its edge.
 */
final class Doubts {
  private final Map<Orphan, Boolean> sessions = new LinkedHashMap<>();

  /**
   * A session to be taken out.
   *
   * @param logout whether its push tokens go too
   */
  record Doubt(Orphan session, boolean logout) {}

  /** A registration is about to be sent; false if an earlier try of it is in doubt already. */
  boolean entering(Orphan session) {
    return sessions.putIfAbsent(session, false) == null;
  }

  /** A session that the user has ended could not be taken out. */
  void leaving(Orphan session) {
    sessions.put(session, true);
  }

  /** It is certain what became of it. */
  void settle(Orphan session) {
    sessions.remove(session);
  }

  boolean isEmpty() {
    return sessions.isEmpty();
  }

  /**
   * What must be taken out before this session may enter: all but an earlier try of it. The user's
   * tokens stay, those of others go.
   */
  List<Doubt> before(Orphan next) {
    List<Doubt> others = new ArrayList<>();
    sessions.forEach(
        (session, logout) -> {
          if (logout || !session.equals(next)) {
            others.add(new Doubt(session, logout || !session.userId().equals(next.userId())));
          }
        });
    return others;
  }

  /** All, to be taken out for good because the user logs out. */
  List<Doubt> atLogout() {
    return sessions.keySet().stream().map(session -> new Doubt(session, true)).toList();
  }

  /** Hands all over to whoever takes them out once the socket has ended. */
  List<Doubt> takeAll() {
    List<Doubt> all = new ArrayList<>();
    sessions.forEach((session, logout) -> all.add(new Doubt(session, logout)));
    sessions.clear();
    return all;
  }
}
