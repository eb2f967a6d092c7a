package dev.switchboard.deploy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.role.RoleName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the process itself needs to know.
 *
 * @param metricsPort 0 serves metrics on the public port
 * @param admin the operator's page, on the port of the metrics
 * @param edges HTTP server instances, one an event loop
 * @param grace how long a stop may wait for calls and clients to move elsewhere
 * @param slowClients how long a client may take over a request, and to the next
 * @param rates how much one address may ask for
 */
record ProcessSettings(
    String host,
    int port,
    int metricsPort,
    boolean admin,
    Set<RoleName> roles,
    int edges,
    boolean demo,
    Optional<Tls> tls,
    Cluster cluster,
    Duration grace,
    int postgresPoolSize,
    SlowClients.Times slowClients,
    AddressLimits.Rates rates) {

  private static final Duration LONGEST_GRACE = Duration.ofSeconds(16);
  private static final String PEM_BEGIN = "-----BEGIN ";

  /** A name or IPv4 address or a bracketed IPv6 one, with or without a port. */
  private static final Pattern MEMBER =
      Pattern.compile("(?:[^\\s:]+|\\[[0-9a-fA-F:.]+])(?::(\\d{1,5}))?");

  /** Certificate chain and key, PEM. */
  record Tls(Path certificate, Path key) {}

  /**
   * @param members addresses of others; not used with {@code dns}
   * @param dns a name that resolves to every member's address, such as a headless service's
   * @param busPort 0 takes any free one
   * @param host the address other members reach this one by; empty lets the library choose
   */
  record Cluster(
      boolean on,
      List<String> members,
      Optional<String> dns,
      int port,
      int busPort,
      Optional<String> host,
      String name) {

    /**
     * True if there is one process to an address, at exactly these ports: its members are found by
     * name, or firewalls know its ports. Else several share an address and take the next free port.
     */
    boolean isAlonePerAddress() {
      return dns.isPresent() || busPort != 0;
    }
  }

  static ProcessSettings from(Settings settings) {
    int cores = Runtime.getRuntime().availableProcessors();
    boolean demo = settings.flag("DEMO", false);
    int metricsPort = settings.integer("METRICS_PORT", 0, 0, 65_535);
    return new ProcessSettings(
        settings.text("HOST", "0.0.0.0"),
        settings.integer("PORT", 3000, 0, 65_535),
        metricsPort,
        admin(settings, metricsPort),
        Roles.wanted(settings),
        edges(settings, cores),
        demo || !settings.environment().isProduction(),
        tls(settings),
        cluster(settings),
        grace(settings),
        settings.integer("DATABASE_POOL_SIZE", 8, 1, 1_000),
        new SlowClients.Times(
            settings.positiveDuration("REQUEST_TIMEOUT", Duration.ofSeconds(20)),
            settings.positiveDuration("KEEP_ALIVE_TIMEOUT", Duration.ofSeconds(75))),
        AddressLimits.Rates.from(settings));
  }

  /** In production not beside what the world reaches. */
  private static boolean admin(Settings settings, int metricsPort) {
    boolean wanted = settings.flag("ADMIN", false);
    if (wanted && metricsPort == 0 && settings.environment().isProduction()) {
      throw new BadSettingException(
          "ADMIN", "needs METRICS_PORT: the operator's page is not for the public port");
    }
    return wanted;
  }

  /** What is left of the 25 s of a stop once the rest of it has its time. */
  private static Duration grace(Settings settings) {
    Duration wanted = settings.duration("SHUTDOWN_GRACE", Duration.ofSeconds(15));
    return wanted.compareTo(LONGEST_GRACE) > 0 ? LONGEST_GRACE : wanted;
  }

  private static int edges(Settings settings, int cores) {
    int wanted = settings.integer("EDGES", 0, 0, 256);
    return wanted == 0 ? Math.min(cores, 16) : wanted;
  }

  private static Optional<Tls> tls(Settings settings) {
    Optional<Path> certificate = pem(settings, "TLS_CERT_PATH", "CERTIFICATE");
    Optional<Path> key = pem(settings, "TLS_KEY_PATH", "PRIVATE KEY");
    if (certificate.isPresent() != key.isPresent()) {
      throw new BadSettingException(
          certificate.isPresent() ? "TLS_KEY_PATH" : "TLS_CERT_PATH",
          "is missing: the certificate and its key go together");
    }
    Optional<Tls> both = certificate.map(c -> new Tls(c, key.orElseThrow()));
    both.ifPresent(TlsPair::read);
    return both;
  }

  /** A PEM file; {@code what} is the end of the label that one of its blocks has. */
  private static Optional<Path> pem(Settings settings, String name, String what) {
    Optional<Path> path = settings.text(name).map(Path::of);
    path.ifPresent(file -> requirePem(name, file, what));
    return path;
  }

  private static void requirePem(String name, Path file, String what) {
    try {
      boolean found =
          Files.readString(file, StandardCharsets.ISO_8859_1)
              .lines()
              .anyMatch(line -> line.startsWith(PEM_BEGIN) && line.contains(what + "-----"));
      if (!found) {
        throw new BadSettingException(
            name, "'" + file + "' holds no PEM block of the kind " + what);
      }
    } catch (IOException e) {
      throw new BadSettingException(name, "'" + file + "' is not a file that can be read");
    }
  }

  private static boolean isPort(String digits) {
    int port = Integer.parseInt(digits);
    return port > 0 && port <= 65_535;
  }

  private static void requireMember(String member) {
    Matcher parts = MEMBER.matcher(member);
    if (!parts.matches() || (parts.group(1) != null && !isPort(parts.group(1)))) {
      throw new BadSettingException(
          "CLUSTER_MEMBERS", "'" + member + "' is no address such as 10.0.0.5 or 10.0.0.5:5701");
    }
  }

  private static Cluster cluster(Settings settings) {
    List<String> members = settings.list("CLUSTER_MEMBERS", List.of("127.0.0.1"));
    members.forEach(ProcessSettings::requireMember);
    Optional<String> dns = settings.text("CLUSTER_DNS");
    boolean local =
        dns.isEmpty()
            && members.stream().allMatch(m -> m.startsWith("127.") || m.equals("localhost"));
    Optional<String> host = settings.text("CLUSTER_HOST");
    return new Cluster(
        settings.flag("CLUSTER", false),
        members,
        dns,
        settings.integer("CLUSTER_PORT", 5701, 1, 65_535),
        settings.integer("CLUSTER_BUS_PORT", 0, 0, 65_535),
        host.isEmpty() && local ? Optional.of("127.0.0.1") : host,
        settings.text("CLUSTER_NAME", "switchboard"));
  }
}
