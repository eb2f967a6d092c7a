package dev.switchboard.shared.tls;

import dev.switchboard.shared.config.BadSettingException;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates a client trusts, as a trust manager. */
public final class ServerTrust {
  private final X509TrustManager manager;

  private ServerTrust(X509TrustManager manager) {
    this.manager = manager;
  }

  /** The certificate authorities that the JDK trusts. */
  public static ServerTrust system() {
    return new ServerTrust(manager(null));
  }

  /**
   * Those of a PEM file alone. Throws {@link BadSettingException} for the setting that names it.
   */
  public static ServerTrust only(String setting, String path) {
    return of(read(setting, path));
  }

  /** Those of a PEM file, and the JDK's. Throws as {@link #only} does. */
  public static ServerTrust withSystem(String setting, String path) {
    List<X509Certificate> all = new ArrayList<>(read(setting, path));
    all.addAll(Arrays.asList(manager(null).getAcceptedIssuers()));
    return of(all);
  }

  private static List<X509Certificate> read(String setting, String path) {
    List<X509Certificate> certificates = new ArrayList<>();
    try (InputStream in = Files.newInputStream(Path.of(path))) {
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        certificates.add((X509Certificate) certificate);
      }
    } catch (IOException | InvalidPathException | GeneralSecurityException e) {
      throw new BadSettingException(
          setting, "'" + path + "' is not a readable file of PEM certificates");
    }
    if (certificates.isEmpty()) {
      throw new BadSettingException(setting, "'" + path + "' has no certificate");
    }
    return certificates;
  }

  private static ServerTrust of(List<X509Certificate> certificates) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < certificates.size(); i++) {
        store.setCertificateEntry("ca" + i, certificates.get(i));
      }
      return new ServerTrust(manager(store));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has stores of this kind", e);
    }
  }

  private static X509TrustManager manager(@Nullable KeyStore store) {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          return x509;
        }
      }
      throw new IllegalStateException("no trust manager for certificates");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK's own certificates can't be read", e);
    }
  }

  /** For a client that checks the server's name itself. */
  public TrustOptions options() {
    return TrustOptions.wrap(manager);
  }

  /** True for names that the JDK refuses to look for in a certificate. */
  public static boolean isUnfitForJdk(String host) {
    return host.contains("_");
  }

  /** For a client that checks no name: this does. For what the JDK refuses to look for. */
  public TrustOptions optionsFor(String host) {
    return TrustOptions.wrap(new NamedTrust(manager, host));
  }

  /**
   * For a client that checks no name: this does, with what it trusted so far. For the names that
   * the JDK refuses to look for in a certificate, such as those with an underscore.
   */
  public static TrustOptions named(Vertx vertx, TrustOptions trusted, String host) {
    try {
      for (TrustManager manager : trusted.trustManagerMapper(vertx).apply(host)) {
        if (manager instanceof X509TrustManager x509) {
          return TrustOptions.wrap(new NamedTrust(x509, host));
        }
      }
      throw new IllegalStateException("no trust manager for certificates");
    } catch (Exception e) {
      throw new IllegalStateException("certificates can't be read", e);
    }
  }
}
