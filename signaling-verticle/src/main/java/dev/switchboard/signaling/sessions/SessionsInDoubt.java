package dev.switchboard.signaling.sessions;

import dev.switchboard.signaling.sessions.SessionStore.Orphan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sessions of one socket that Redis may hold although the socket is not registered as them: a
 * registration failed, or an end of one did, and no answer showed whether it was applied. Belongs
 * to the loop of its edge.
 */
public final class SessionsInDoubt {
  private final Map<Orphan, Boolean> sessions = new LinkedHashMap<>();

  /**
   * A session to be taken out.
   *
   * @param logout whether its push tokens go too
   */
  public record InDoubt(Orphan session, boolean logout) {}

  /** A registration is about to be sent; false if an earlier attempt of it is in doubt already. */
  public boolean entering(Orphan session) {
    return sessions.putIfAbsent(session, false) == null;
  }

  /** A session that the user has ended could not be taken out. */
  public void leaving(Orphan session) {
    sessions.put(session, true);
  }

  /** It is clear what became of it. */
  public void settle(Orphan session) {
    sessions.remove(session);
  }

  public boolean isEmpty() {
    return sessions.isEmpty();
  }

  /**
   * What must be taken out before this session may enter: all but an earlier attempt of it. The
   * user's tokens stay, those of others go.
   */
  public List<InDoubt> before(Orphan next) {
    List<InDoubt> others = new ArrayList<>();
    sessions.forEach(
        (session, logout) -> {
          if (logout || !session.equals(next)) {
            others.add(new InDoubt(session, logout || !session.userId().equals(next.userId())));
          }
        });
    return others;
  }

  /** All, to be taken out for good because the user logs out. */
  public List<InDoubt> atLogout() {
    return sessions.keySet().stream().map(session -> new InDoubt(session, true)).toList();
  }

  /** Hands all over to whoever takes them out once the socket has ended. */
  public List<InDoubt> takeAll() {
    List<InDoubt> all = new ArrayList<>();
    sessions.forEach((session, logout) -> all.add(new InDoubt(session, logout)));
    sessions.clear();
    return all;
  }
}
