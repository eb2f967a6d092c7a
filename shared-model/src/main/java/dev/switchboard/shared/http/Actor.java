package dev.switchboard.shared.http;

import dev.switchboard.shared.auth.ApiKey;
import dev.switchboard.shared.auth.Caller;

/**
 * Who uses a route that is for a user's own things, for operators and for the team's back end.
 *
 * @param name the user's id, or the name of a key
 * @param everybody true for operators and keys, who may act for any user
 */
public record Actor(String name, boolean everybody) {
  static Actor of(Caller caller) {
    return new Actor(caller.userId(), caller.operator());
  }

  static Actor of(ApiKey key) {
    return new Actor("key:" + key.name(), true);
  }

  /** Whether what is that user's is this actor's business. */
  public boolean mayActFor(String userId) {
    return everybody || name.equals(userId);
  }
}
