package dev.switchboard.shared.tls;

import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Optional;

/** Tells a server that is not the one to trust from one that is away. */
public final class TlsFailure {
  private TlsFailure() {}

  /** Why a server's certificate was refused, if that is what a connection failed with. */
  public static Optional<String> of(Throwable failure) {
    Optional<String> reason = Optional.empty();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException || cause instanceof CertPathValidatorException) {
        reason = Optional.of(String.valueOf(cause.getMessage()));
      }
    }
    return reason.or(() -> saidOnly(failure));
  }

  /** Clients that keep the words of what they caught, and not the exception. */
  private static Optional<String> saidOnly(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage();
      if (message != null
          && (message.contains("PKIX") || message.contains("could not be verified"))) {
        return Optional.of(message);
      }
    }
    return Optional.empty();
  }
}
