package dev.switchboard.push.config;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * {@code PUSH_TRUSTED_CA_PATH}: certificates that are trusted beside the JDK's own when talking to
 * a provider or a Web Push service.
 *
 * @param added those of the file; empty without one
 */
public record TrustedCa(List<X509Certificate> added) {
  public TrustedCa {
    added = List.copyOf(added);
  }

  /** Reads the setting and its file; throws {@link BadSettingException}. */
  public static TrustedCa from(Settings settings) {
    return settings
        .text("PUSH_TRUSTED_CA_PATH")
        .map(path -> new TrustedCa(read(path)))
        .orElseGet(() -> new TrustedCa(List.of()));
  }

  private static List<X509Certificate> read(String path) {
    List<X509Certificate> certificates = new ArrayList<>();
    try (InputStream in = Files.newInputStream(Path.of(path))) {
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        certificates.add((X509Certificate) certificate);
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new BadSettingException(
          "PUSH_TRUSTED_CA_PATH", "'" + path + "' is not a readable file of PEM certificates");
    }
    if (certificates.isEmpty()) {
      throw new BadSettingException("PUSH_TRUSTED_CA_PATH", "'" + path + "' has no certificate");
    }
    return certificates;
  }

  /** All that are trusted; empty if nothing is added to what a client trusts anyway. */
  public Optional<List<X509Certificate>> all() {
    if (added.isEmpty()) {
      return Optional.empty();
    }
    List<X509Certificate> all = new ArrayList<>(added);
    try {
      TrustManagerFactory jdk =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      jdk.init((KeyStore) null);
      for (TrustManager manager : jdk.getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          all.addAll(Arrays.asList(x509.getAcceptedIssuers()));
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK's own certificates can't be read", e);
    }
    return Optional.of(all);
  }

  /**
   * The same for a client of Vert.x; empty if it needs to be told nothing. Not as PEM: the client
   * compares its options at each request, all of their text.
   */
  public Optional<TrustOptions> trustOptions() {
    return all().map(certificates -> TrustOptions.wrap(manager(certificates)));
  }

  private static TrustManager manager(List<X509Certificate> certificates) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < certificates.size(); i++) {
        store.setCertificateEntry(Integer.toString(i), certificates.get(i));
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("certificates that were read can't be used", e);
    }
  }
}
