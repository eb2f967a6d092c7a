package dev.switchboard.ice;

import dev.switchboard.ice.provider.ListProvider;
import dev.switchboard.ice.provider.ProviderSettings;
import dev.switchboard.ice.server.Credential;
import dev.switchboard.ice.server.IceUrls;
import dev.switchboard.ice.server.TurnServer;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.relay.StunDefault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The settings of this role. Does not print its secrets.
 *
 * @param turnSecrets the first signs; the others are there while rotating, for coturn alone
 * @param staticCredential used where there is no secret
 * @param requestsPerMinute per client address; 0 switches the limit off
 * @param provider who mints lists of relays, if it is not us; there is no secret and no static
 *     credential then
 */
public record IceSettings(
    List<String> stunUrls,
    List<TurnServer> turnServers,
    List<String> turnSecrets,
    Optional<Credential> staticCredential,
    long credentialTtlSeconds,
    long anonymousTtlSeconds,
    long callTtlSeconds,
    Access access,
    int requestsPerMinute,
    Optional<ListProvider> provider) {
  private static final long MAX_TTL_SECONDS = 366L * 86_400;

  /** Whether a list needs a token ({@code ICE_AUTH}). */
  public enum Access {
    OPTIONAL,
    REQUIRED
  }

  /** Where credentials come from ({@code TURN_PROVIDER}). */
  private enum Source {
    SECRET,
    STATIC,
    CLOUDFLARE,
    TWILIO;

    boolean isService() {
      return this == CLOUDFLARE || this == TWILIO;
    }
  }

  public IceSettings {
    stunUrls = List.copyOf(stunUrls);
    turnServers = List.copyOf(turnServers);
    turnSecrets = List.copyOf(turnSecrets);
  }

  /** Reads them; throws {@link BadSettingException}. */
  public static IceSettings from(Settings settings) {
    // First, since the STUN servers follow from them: a mistake is told under the name it stands
    // under.
    List<TurnServer> relays =
        urls(settings, "TURN_SERVER_URL", "WEBRTC_TURN_SERVERS", "", IceUrls::turn);
    String stun = StunDefault.byDefault(settings);
    checkRelay(settings);
    ProviderSettings.look(settings);
    Optional<Source> source = source(settings);
    return new IceSettings(
        urls(settings, "STUN_SERVER_URL", "WEBRTC_STUN_SERVERS", stun, IceUrls::stun),
        relays,
        secrets(settings, source),
        staticCredential(settings, source),
        ttl(settings, "TURN_CREDENTIAL_TTL", 86_400),
        ttl(settings, "TURN_ANONYMOUS_TTL", 3_600),
        ttl(settings, "TURN_CALL_TTL", 600),
        settings.choice("ICE_AUTH", Access.class, Access.OPTIONAL),
        settings.integer("RATE_ICE_PER_MINUTE", 60, 0, 1_000_000),
        source.flatMap(named -> provider(settings, named)));
  }

  /** Empty where it is decided by what else is set. */
  private static Optional<Source> source(Settings settings) {
    return settings.text("TURN_PROVIDER").isEmpty()
        ? Optional.empty()
        : Optional.of(settings.choice("TURN_PROVIDER", Source.class, Source.SECRET));
  }

  private static Optional<ListProvider> provider(Settings settings, Source source) {
    return switch (source) {
      case CLOUDFLARE -> Optional.of(ProviderSettings.cloudflare(settings));
      case TWILIO -> Optional.of(ProviderSettings.twilio(settings));
      case SECRET, STATIC -> Optional.empty();
    };
  }

  private static List<String> secrets(Settings settings, Optional<Source> source) {
    List<String> secrets = settings.list("TURN_STATIC_SECRET", List.of());
    if (source.filter(Source.SECRET::equals).isPresent() && secrets.isEmpty()) {
      throw new BadSettingException(
          "TURN_STATIC_SECRET", "is missing while TURN_PROVIDER is secret");
    }
    return source.filter(named -> named != Source.SECRET).isPresent() ? List.of() : secrets;
  }

  /**
   * What turn/configure makes coturn's file of. Nothing here uses it, but both read one {@code
   * .env}: a mistake in it is told by whichever starts first.
   */
  private static void checkRelay(Settings settings) {
    port(settings, "TURN_PORT", 3_478);
    port(settings, "TURN_ALT_PORT", 3_479);
    port(settings, "TURN_TLS_PORT", 5_349);
    int first = port(settings, "TURN_MIN_PORT", 49_152);
    int last = port(settings, "TURN_MAX_PORT", 65_535);
    if (first > last) {
      throw new BadSettingException(
          "TURN_MIN_PORT", "'" + first + "' is above TURN_MAX_PORT, " + last);
    }
    settings.flag("TURN_TLS_ENABLED", false);
    settings.integer("TURN_USER_QUOTA", 20, 1, 65_535);
    settings.text("TURN_CLI_LISTEN_IP", "127.0.0.1");
    port(settings, "TURN_CLI_PORT", 5_766);
    settings.flag("TURN_PROMETHEUS", false);
    port(settings, "TURN_PROMETHEUS_PORT", 9_641);
  }

  private static int port(Settings settings, String name, int defaultPort) {
    return settings.integer(name, defaultPort, 1, 65_535);
  }

  /** The longest life that credentials are handed out with. */
  long longestTtlSeconds() {
    return Math.max(credentialTtlSeconds, Math.max(anonymousTtlSeconds, callTtlSeconds));
  }

  /** The relays there is a credential for: the others no client could use. */
  List<TurnServer> usableTurnServers() {
    boolean all = !turnSecrets.isEmpty() || staticCredential.isPresent();
    return turnServers.stream().filter(server -> all || server.own().isPresent()).toList();
  }

  /** Reads one entry of the named setting. */
  private interface Entry<T> {
    T read(String setting, String entry);
  }

  private static <T> List<T> urls(
      Settings settings, String name, String alias, String byDefault, Entry<T> entry) {
    Optional<String> first = settings.text(name);
    Optional<String> second = settings.text(alias);
    String used = first.isEmpty() && second.isPresent() ? alias : name;
    List<T> read = new ArrayList<>();
    for (String url : Settings.split(first.or(() -> second).orElse(byDefault))) {
      read.add(entry.read(used, url));
    }
    return read.stream().distinct().toList();
  }

  private static Optional<Credential> staticCredential(Settings settings, Optional<Source> source) {
    Optional<String> username = settings.text("TURN_USERNAME");
    Optional<String> password = settings.firstOf("TURN_CREDENTIAL", "TURN_PASSWORD");
    boolean wanted = source.filter(Source.STATIC::equals).isPresent();
    if (source.filter(Source::isService).isPresent()) {
      return Optional.empty();
    }
    if (wanted && username.isEmpty() && password.isEmpty()) {
      throw new BadSettingException("TURN_USERNAME", "is missing while TURN_PROVIDER is static");
    }
    if (username.isPresent() != password.isPresent()
        && (wanted || settings.text("TURN_STATIC_SECRET").isEmpty())) {
      throw username.isPresent()
          ? new BadSettingException("TURN_CREDENTIAL", "is missing while TURN_USERNAME is set")
          : new BadSettingException("TURN_USERNAME", "is missing while TURN_CREDENTIAL is set");
    }
    return username.flatMap(name -> password.map(secret -> new Credential(name, secret)));
  }

  private static long ttl(Settings settings, String name, long defaultSeconds) {
    return settings.number(name, defaultSeconds, 1, MAX_TTL_SECONDS);
  }

  @Override
  public String toString() {
    return "IceSettings[stun=" + stunUrls + ", turn=" + turnServers + ", access=" + access + "]";
  }
}
