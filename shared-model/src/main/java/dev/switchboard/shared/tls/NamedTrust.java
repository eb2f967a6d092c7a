package dev.switchboard.shared.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Trusts what another trusts, if the certificate has the host among its DNS names. */
record NamedTrust(X509TrustManager inner, String host) implements X509TrustManager {
  private static final int DNS_NAME = 2;

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    inner.checkServerTrusted(chain, authType);
    @Nullable Collection<List<?>> names = chain[0].getSubjectAlternativeNames();
    boolean found =
        names != null
            && names.stream()
                .anyMatch(
                    name ->
                        name.getFirst().equals(DNS_NAME)
                            && host.equalsIgnoreCase(String.valueOf(name.get(1))));
    if (!found) {
      throw new CertificateException(
          "No subject alternative DNS name matching " + host + " found.");
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    inner.checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return inner.getAcceptedIssuers();
  }
}
