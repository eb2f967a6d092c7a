package dev.switchboard.shared.postgres;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.StoreUrl;
import dev.switchboard.shared.tls.ServerTrust;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.ssl.DefaultJavaSSLFactory;

/**
 * How a database is spoken to: {@code sslmode}, {@code sslrootcert}, {@code sslcert} and {@code
 * sslkey} as libpq means them (PostgreSQL documentation, section "SSL Support"), and the same for
 * both clients. Beyond libpq, {@code verify-ca} and {@code verify-full} without a root certificate
 * trust the system's.
 *
 * @param mode what holds: {@code require} with a root certificate is {@code verify-ca}
 * @param root the file of trusted authorities; empty for the system's
 */
record DatabaseTls(
    SslMode mode,
    String host,
    Optional<Path> root,
    Optional<Path> certificate,
    Optional<Path> key) {
  private static final String SYSTEM = "system";

  static DatabaseTls from(StoreUrl url) {
    Optional<String> wanted = url.parameter("sslmode");
    boolean system = url.parameter("sslrootcert").filter(SYSTEM::equals).isPresent();
    SslMode mode =
        wanted.map(DatabaseTls::mode).orElse(system ? SslMode.VERIFY_FULL : SslMode.PREFER);
    if (system && mode != SslMode.VERIFY_FULL) {
      throw refused("sslrootcert=system needs sslmode=verify-full, not " + mode.value);
    }
    Optional<Path> root =
        system ? Optional.empty() : file(url, "sslrootcert").or(DatabaseTls::usualRoot);
    if (mode == SslMode.REQUIRE && root.isPresent()) {
      mode = SslMode.VERIFY_CA;
    }
    Optional<Path> certificate = file(url, "sslcert");
    Optional<Path> key = file(url, "sslkey");
    if (certificate.isPresent() != key.isPresent()) {
      throw refused("sslcert and sslkey go together");
    }
    DatabaseTls tls = new DatabaseTls(mode, url.host(), root, certificate, key);
    if (tls.verifies()) {
      tls.trust();
    }
    return tls;
  }

  private static SslMode mode(String value) {
    return Arrays.stream(SslMode.values())
        .filter(mode -> mode.value.equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                refused(
                    "sslmode '"
                        + value
                        + "' is not one of "
                        + Arrays.stream(SslMode.values())
                            .map(mode -> mode.value)
                            .collect(Collectors.joining(", "))));
  }

  private static BadSettingException refused(String problem) {
    return new BadSettingException(DatabaseUrl.SETTING, problem);
  }

  private static Optional<Path> file(StoreUrl url, String name) {
    Optional<Path> file = url.parameter(name).map(Path::of);
    file.filter(path -> !Files.isReadable(path))
        .ifPresent(
            path -> {
              throw refused(name + " '" + path + "' is not a file that can be read");
            });
    return file;
  }

  /** Where libpq looks if nothing is said. */
  private static Optional<Path> usualRoot() {
    Path file = Path.of(System.getProperty("user.home", ""), ".postgresql", "root.crt");
    return Optional.of(file).filter(Files::isReadable);
  }

  private boolean verifies() {
    return mode == SslMode.VERIFY_CA || mode == SslMode.VERIFY_FULL;
  }

  private ServerTrust trust() {
    return root.map(file -> ServerTrust.only(DatabaseUrl.SETTING, file.toString()))
        .orElseGet(ServerTrust::system);
  }

  PgConnectOptions apply(PgConnectOptions options) {
    ClientSSLOptions ssl = new ClientSSLOptions().setHostnameVerificationAlgorithm("");
    SslMode applied = mode;
    if (!verifies()) {
      ssl.setTrustAll(true);
    } else if (mode == SslMode.VERIFY_FULL && ServerTrust.isUnfitForJdk(host)) {
      ssl.setTrustOptions(trust().optionsFor(host));
      // The name is looked for all the same, by whom it trusts.
      applied = SslMode.VERIFY_CA;
    } else {
      ssl.setTrustOptions(trust().options())
          .setHostnameVerificationAlgorithm(mode == SslMode.VERIFY_FULL ? "HTTPS" : "");
    }
    if (certificate.isPresent() && key.isPresent()) {
      ssl.setKeyCertOptions(
          new PemKeyCertOptions()
              .addCertPath(certificate.get().toString())
              .addKeyPath(key.get().toString()));
    }
    return options.setSslMode(applied).setSslOptions(ssl);
  }

  void apply(PGSimpleDataSource source) {
    source.setSslmode(mode.value);
    root.filter(file -> verifies()).map(Path::toString).ifPresent(source::setSslRootCert);
    if (verifies() && root.isEmpty()) {
      source.setSslfactory(DefaultJavaSSLFactory.class.getName());
    }
    certificate.map(Path::toString).ifPresent(source::setSslCert);
    key.map(Path::toString).ifPresent(source::setSslKey);
  }
}
