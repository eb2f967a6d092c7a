package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.role.RoleName;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessSettingsTest {
  private static final String STRANGERS =
      "TLS_KEY_PATH: does not belong to the certificate in TLS_CERT_PATH";

  private static ProcessSettings read(Map<String, String> values) {
    return ProcessSettings.from(Settings.of(values));
  }

  @Test
  void defaults() {
    ProcessSettings read = read(Map.of());
    assertThat(read.host()).isEqualTo("0.0.0.0");
    assertThat(read.port()).isEqualTo(3000);
    assertThat(read.metricsPort()).isZero();
    assertThat(read.admin()).isFalse();
    assertThat(read.roles()).containsExactlyInAnyOrder(RoleName.values());
    assertThat(read.edges()).isEqualTo(Math.min(16, Runtime.getRuntime().availableProcessors()));
    assertThat(read.demo()).isTrue();
    assertThat(read.tls()).isEmpty();
    assertThat(read.cluster().on()).isFalse();
    assertThat(read.cluster().members()).containsExactly("127.0.0.1");
    assertThat(read.cluster().host()).contains("127.0.0.1");
    assertThat(read.cluster().port()).isEqualTo(5701);
    assertThat(read.cluster().name()).isEqualTo("switchboard");
    assertThat(read.grace()).isEqualTo(Duration.ofSeconds(15));
    assertThat(read.postgresPoolSize()).isEqualTo(8);
    assertThat(read.slowClients())
        .isEqualTo(new SlowClients.Times(Duration.ofSeconds(20), Duration.ofSeconds(75)));
    assertThat(read.rates()).isEqualTo(new AddressLimits.Rates(6_000, 3_000));
  }

  @Test
  void graceLeavesTimeForTheRestOfAStop() {
    assertThat(read(Map.of("SHUTDOWN_GRACE", "60s")).grace()).isEqualTo(Duration.ofSeconds(16));
  }

  @Test
  void mapping() {
    ProcessSettings read =
        read(
            Map.ofEntries(
                Map.entry("HOST", "::1"),
                Map.entry("PORT", "1"),
                Map.entry("METRICS_PORT", "2"),
                Map.entry("ADMIN", "on"),
                Map.entry("ROLES", "push, ICE"),
                Map.entry("EDGES", "3"),
                Map.entry("CLUSTER", "on"),
                Map.entry("CLUSTER_MEMBERS", "10.0.0.1,10.0.0.2"),
                Map.entry("CLUSTER_PORT", "4"),
                Map.entry("CLUSTER_NAME", "other"),
                Map.entry("SHUTDOWN_GRACE", "5s"),
                Map.entry("DATABASE_POOL_SIZE", "6"),
                Map.entry("REQUEST_TIMEOUT", "5s"),
                Map.entry("KEEP_ALIVE_TIMEOUT", "2m"),
                Map.entry("RATE_REQUESTS_PER_MINUTE", "7"),
                Map.entry("RATE_CONNECTIONS_PER_MINUTE", "0")));
    assertThat(read.host()).isEqualTo("::1");
    assertThat(read.port()).isEqualTo(1);
    assertThat(read.metricsPort()).isEqualTo(2);
    assertThat(read.admin()).isTrue();
    assertThat(read.roles()).containsExactlyInAnyOrder(RoleName.ICE, RoleName.PUSH);
    assertThat(read.edges()).isEqualTo(3);
    assertThat(read.cluster().on()).isTrue();
    assertThat(read.cluster().members()).containsExactly("10.0.0.1", "10.0.0.2");
    assertThat(read.cluster().host()).isEmpty();
    assertThat(read.cluster().port()).isEqualTo(4);
    assertThat(read.cluster().name()).isEqualTo("other");
    assertThat(read.grace()).isEqualTo(Duration.ofSeconds(5));
    assertThat(read.postgresPoolSize()).isEqualTo(6);
    assertThat(read.slowClients())
        .isEqualTo(new SlowClients.Times(Duration.ofSeconds(5), Duration.ofMinutes(2)));
    assertThat(read.rates()).isEqualTo(new AddressLimits.Rates(7, 0));
  }

  @Test
  void clusterHostWinsOverLoopback() {
    assertThat(read(Map.of("CLUSTER_HOST", "10.0.0.9")).cluster().host()).contains("10.0.0.9");
  }

  @Test
  void productionHasThePageOnlyByDemo() {
    assertThat(read(Map.of("APP_ENV", "production")).demo()).isFalse();
    assertThat(read(Map.of("APP_ENV", "production", "DEMO", "on")).demo()).isTrue();
  }

  @Test
  void operatorsPageIsNotOnThePublicPortOfProduction() {
    assertThat(read(Map.of("ADMIN", "on")).admin()).isTrue();
    Map<String, String> production = Map.of("APP_ENV", "production", "ADMIN", "on");
    assertThatThrownBy(() -> read(production))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("ADMIN: needs METRICS_PORT");
  }

  @Test
  void certificateAndKeyGoTogether(@TempDir Path folder) throws IOException {
    SelfSignedCertificate made = SelfSignedCertificate.create("localhost");
    String file =
        Files.writeString(
                folder.resolve("a.pem"),
                Files.readString(Path.of(made.certificatePath()))
                    + Files.readString(Path.of(made.privateKeyPath())))
            .toString();
    assertThat(read(Map.of("TLS_CERT_PATH", file, "TLS_KEY_PATH", file)).tls())
        .contains(new ProcessSettings.Tls(Path.of(file), Path.of(file)));
    assertThatThrownBy(() -> read(Map.of("TLS_CERT_PATH", file)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("TLS_KEY_PATH: ");
    assertThatThrownBy(() -> read(Map.of("TLS_KEY_PATH", file)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("TLS_CERT_PATH: ");
  }

  /** An EC key as OpenSSL writes it by {@code ecparam -genkey}, and its certificate. */
  private static final String EC_KEY =
      """
      -----BEGIN EC PRIVATE KEY-----
      MHcCAQEEIC5GVmwi/R2XU0VTl3FhLu3dqaNdJ01jzT/C+TiVX8aAoAoGCCqGSM49
      AwEHoUQDQgAEH3krOlZ4WZugCZsih87kZC8WLviVrPDCGjclQ68Xue4yvRVIWyve
      DkAp+8vwm+t+ICAM6tJCdHuvWKK637Rp5w==
      -----END EC PRIVATE KEY-----
      """;

  private static final String EC_CERTIFICATE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBfzCCASWgAwIBAgIUMv9lODGXNtP6HgrschY5d1UnKxMwCgYIKoZIzj0EAwIw
      FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjAwMjUwMFoYDzIxMjYxMDI5
      MDAyNTAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
      PQMBBwNCAAQfeSs6VnhZm6AJmyKHzuRkLxYu+JWs8MIaNyVDrxe57jK9FUhbK94O
      QCn7y/Cb634gIAzq0kJ0e69YorrftGnno1MwUTAdBgNVHQ4EFgQUg2teP+v4jlNo
      VZ8SRcaPU+eaEwYwHwYDVR0jBBgwFoAUg2teP+v4jlNoVZ8SRcaPU+eaEwYwDwYD
      VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAjZdYs/tpD1wWYdVJhb92+
      k+oFwGwTlsg+MRoF4N9KwAIhANx6RAiDFtoRs/G8LKzXfvgL04a1Yd4sF0lCzCSY
      aCEW
      -----END CERTIFICATE-----
      """;

  @Test
  void keysOfAnyKindAreHeldAgainstTheirCertificate(@TempDir Path folder) throws IOException {
    SelfSignedCertificate made = SelfSignedCertificate.create("localhost");
    String other = SelfSignedCertificate.create("localhost").privateKeyPath();
    String ecKey = Files.writeString(folder.resolve("key.pem"), EC_KEY).toString();
    String ec = Files.writeString(folder.resolve("cert.pem"), EC_CERTIFICATE).toString();
    assertThat(read(Map.of("TLS_CERT_PATH", ec, "TLS_KEY_PATH", ecKey)).tls()).isPresent();
    assertThatThrownBy(() -> tls(ec, other)).hasMessage(STRANGERS);
    assertThatThrownBy(() -> tls(made.certificatePath(), ecKey)).hasMessage(STRANGERS);
    assertThatThrownBy(() -> tls(made.certificatePath(), other))
        .isInstanceOf(BadSettingException.class)
        .hasMessage(STRANGERS);
  }

  private static ProcessSettings tls(String certificate, String key) {
    return read(Map.of("TLS_CERT_PATH", certificate, "TLS_KEY_PATH", key));
  }

  @Test
  void damagedFileIsNamedAndNotQuoted(@TempDir Path folder) throws IOException {
    SelfSignedCertificate made = SelfSignedCertificate.create("localhost");
    String noKey =
        Files.writeString(
                folder.resolve("key.pem"),
                "-----BEGIN PRIVATE KEY-----\nhunter2=\n-----END PRIVATE KEY-----\n")
            .toString();
    String noCertificate =
        Files.writeString(
                folder.resolve("cert.pem"),
                "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n")
            .toString();
    assertThatThrownBy(() -> tls(made.certificatePath(), noKey))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("TLS_KEY_PATH: ")
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> tls(noCertificate, made.privateKeyPath()))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("TLS_CERT_PATH: ");
  }

  @Test
  void fileWithoutACertificateIsNamed(@TempDir Path folder) throws IOException {
    String text = Files.writeString(folder.resolve("a.txt"), "hello").toString();
    assertThatThrownBy(() -> read(Map.of("TLS_CERT_PATH", text, "TLS_KEY_PATH", text)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("TLS_CERT_PATH: ");
  }

  @ParameterizedTest
  @CsvSource({
    "PORT,-1",
    "PORT,http",
    "METRICS_PORT,65536",
    "ROLES,chef",
    "ROLES,','",
    "EDGES,257",
    "DEMO,maybe",
    "ADMIN,maybe",
    "CLUSTER,perhaps",
    "CLUSTER_PORT,0",
    "SHUTDOWN_GRACE,soon",
    "DATABASE_POOL_SIZE,0",
    "CLUSTER_MEMBERS,'10.0.0.1,a b'",
    "CLUSTER_MEMBERS,host:port",
    "CLUSTER_MEMBERS,127.0.0.1:99999",
    "CLUSTER_MEMBERS,'[::1]:0'",
    "TLS_CERT_PATH,/nowhere.pem"
  })
  void badValueIsNamed(String name, String value) {
    assertThatThrownBy(() -> read(Map.of(name, value)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith(name + ": ");
  }
}
