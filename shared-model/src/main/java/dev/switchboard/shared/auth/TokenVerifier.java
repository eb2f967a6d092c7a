package dev.switchboard.shared.auth;

import io.vertx.core.Future;

/** Checks bearer tokens (RFC 7519). */
public interface TokenVerifier {
  /**
   * Says who the token speaks for. Fails with {@link TokenRejectedException}; completes on the
   * caller's context.
   */
  Future<Caller> verify(String token);

  /** Which tokens it refuses although they are valid; none that ever change by default. */
  default SignOuts signOuts() {
    return new SignOuts();
  }
}
