package dev.switchboard.shared.auth;

import java.util.Set;

/**
 * A key of a team's own back end.
 *
 * @param name for logs and metrics; the key itself is not kept
 */
public record ApiKey(String name, Set<Scope> scopes) {}
