package dev.switchboard.shared.auth;

import java.util.Locale;

/** What a back end's API key may be used for. Operators' tokens have all of them. */
public enum Scope {
  /** Begin, end and look at calls. */
  CALLS,
  /** See and change what is kept of users. */
  USERS,
  /** Send pushes, and deal with those that could not be sent. */
  PUSH,
  /** Look at everything, change nothing. */
  READ;

  /** As settings and answers spell it. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
