package dev.switchboard.shared.auth;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Which tokens of which users are refused although they are valid, as far as this process knows:
 * {@link SignOutFeed} brings the news. Any thread.
 */
public final class SignOuts {
  private final Map<String, Revocation> revoked = new ConcurrentHashMap<>();
  private final List<Consumer<SignOut>> listeners = new CopyOnWriteArrayList<>();

  /** Times are milliseconds since the epoch; {@code until} is when no such token lives any more. */
  private record Revocation(long before, long until) {
    Revocation and(Revocation other) {
      return new Revocation(Math.max(before, other.before), Math.max(until, other.until));
    }
  }

  /** True if the bearer's token is refused. One that does not say when it was issued is older. */
  public boolean covers(Caller caller) {
    Revocation known = revoked.get(caller.userId());
    return known != null && caller.issuedAtMillis() < known.before();
  }

  /** Hands each sign-out to {@code listener} from now on, on the thread that brings it. */
  public void onSignOut(Consumer<SignOut> listener) {
    listeners.add(listener);
  }

  /**
   * Takes news. Saying it again does no harm.
   *
   * @param until when it is to be forgotten, milliseconds since the epoch
   */
  public void add(SignOut signOut, long until) {
    if (signOut instanceof SignOut.Revoked(String user, long before)) {
      revoked.merge(user, new Revocation(before, until), Revocation::and);
    }
    listeners.forEach(listener -> listener.accept(signOut));
  }

  /** Forgets revocations that have outlived every token they are about. */
  void forget(long now) {
    revoked.values().removeIf(one -> one.until() <= now);
  }
}
