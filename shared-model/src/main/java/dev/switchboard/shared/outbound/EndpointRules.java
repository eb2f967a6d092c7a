package dev.switchboard.shared.outbound;

import java.util.function.Predicate;

/**
 * Which endpoints an {@link EndpointGuard} lets pass.
 *
 * @param allowHttp whether one may do without TLS
 * @param allowPrivate whether one may be on an internal address
 * @param allowsHost true for a host that may be spoken to
 * @param otherHost what is said of any other
 */
public record EndpointRules(
    boolean allowHttp, boolean allowPrivate, Predicate<String> allowsHost, String otherHost) {
  /** Any host: on the internet and by TLS, or, with {@code allowPrivate}, wherever it is. */
  public static EndpointRules ofAnyHost(boolean allowPrivate) {
    return new EndpointRules(allowPrivate, allowPrivate, host -> true, "");
  }
}
