package dev.switchboard.shared.redis;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.config.StoreUrl;
import dev.switchboard.shared.tls.ServerTrust;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which Redis: {@code REDIS_URL}, or host, port, user and password, or the sentinels that know it.
 * {@code rediss://} or {@code REDIS_TLS} is TLS, with the authorities of {@code REDIS_CA_PATH}
 * trusted beside the JDK's.
 */
public final class RedisSettings {
  private static final String URL = "REDIS_URL";
  private static final String HOST = "REDIS_HOST";
  private static final String NODES = "REDIS_NODES";
  private static final String PLAIN = "redis";
  static final String SECURE = "rediss";
  private static final List<String> SCHEMES = List.of(PLAIN, SECURE);
  private static final String FORM = "redis[s]://[[user]:password@]host[:6379][/0]";
  private static final int DEFAULT_PORT = 6379;
  private static final int CONNECT_MILLIS = 1_500;
  private static final int MAX_UNDER_WAY = 65_536;

  private enum Mode {
    STANDALONE,
    SENTINEL
  }

  private RedisSettings() {}

  /** True if the settings name a Redis. */
  public static boolean present(Settings settings) {
    // A port alone means a Redis of this machine, unless it is the one that .env.example has.
    return settings.firstOf(URL, HOST, NODES).isPresent() || port(settings) != DEFAULT_PORT;
  }

  /** The client's options; throws {@link BadSettingException}. */
  public static RedisOptions from(Settings settings) {
    Mode mode = settings.choice("REDIS_MODE", Mode.class, Mode.STANDALONE);
    List<String> nodes = settings.list(NODES, List.of());
    String master = settings.text("REDIS_MASTER", "mymaster");
    boolean tls = settings.flag("REDIS_TLS", false);
    StoreUrl url = url(settings);
    RedisOptions options = options();
    settings.text("REDIS_USERNAME").ifPresent(options::setUser);
    settings.text("REDIS_PASSWORD").ifPresent(options::setPassword);
    if (mode == Mode.STANDALONE) {
      return at(settings, options, List.of(url), tls);
    }
    if (nodes.isEmpty()) {
      throw new BadSettingException(NODES, "is missing: name the sentinels as host:port,…");
    }
    List<StoreUrl> sentinels = new ArrayList<>();
    for (String node : nodes) {
      sentinels.add(checked(NODES, node.contains("://") ? node : PLAIN + "://" + node));
    }
    return at(settings, options, sentinels, tls)
        .setType(RedisClientType.SENTINEL)
        .setMasterName(master);
  }

  /** The client's options for a Redis of its own that a setting may name; throws as the other. */
  public static Optional<RedisOptions> from(Settings settings, String name) {
    return settings
        .text(name)
        .map(text -> at(settings, options(), List.of(checked(name, text)), false));
  }

  private static RedisOptions options() {
    return new RedisOptions()
        .setMaxPoolSize(1)
        .setMaxPoolWaiting(64)
        .setMaxWaitingHandlers(MAX_UNDER_WAY)
        .setNetClientOptions(
            new NetClientOptions().setConnectTimeout(CONNECT_MILLIS).setTcpNoDelay(true));
  }

  /** Credentials apart from the endpoints, whose form can't have every one. */
  private static RedisOptions at(
      Settings settings, RedisOptions options, List<StoreUrl> places, boolean tls) {
    for (StoreUrl place : places) {
      place.user().or(() -> place.parameter("user")).ifPresent(options::setUser);
      place.password().or(() -> place.parameter("password")).ifPresent(options::setPassword);
    }
    List<String> endpoints = places.stream().map(place -> endpoint(place, tls)).toList();
    boolean secure = endpoints.stream().anyMatch(endpoint -> endpoint.startsWith(SECURE));
    Optional<String> authority = settings.text("REDIS_CA_PATH");
    // Read even without TLS, so that a wrong one is refused.
    Optional<ServerTrust> named =
        authority.map(path -> ServerTrust.withSystem("REDIS_CA_PATH", path));
    if (secure) {
      options
          .getNetClientOptions()
          .setTrustOptions(named.orElseGet(ServerTrust::system).options())
          .setHostnameVerificationAlgorithm("HTTPS");
    }
    return options.setEndpoints(endpoints);
  }

  private static String endpoint(StoreUrl place, boolean tls) {
    String scheme = tls ? SECURE : place.scheme();
    String database = database(place);
    int port = place.port() == 0 ? DEFAULT_PORT : place.port();
    return scheme
        + "://"
        + StoreUrl.bracketed(place.host())
        + ":"
        + port
        + (database.isEmpty() ? "" : "/" + database);
  }

  private static String database(StoreUrl place) {
    return place.path().isEmpty() ? place.query().getOrDefault("db", "") : place.path();
  }

  /** An endpoint of options, which this has made or a test has. */
  static StoreUrl endpoint(String endpoint) {
    return checked(URL, endpoint);
  }

  private static StoreUrl url(Settings settings) {
    String host = settings.text(HOST, "127.0.0.1");
    int port = port(settings);
    return settings
        .text(URL)
        .map(url -> checked(URL, url))
        .orElseGet(
            () -> checked(HOST, PLAIN + "://" + StoreUrl.bracketed(host) + ":" + port, host));
  }

  private static int port(Settings settings) {
    return settings.integer("REDIS_PORT", DEFAULT_PORT, 1, 65_535);
  }

  private static StoreUrl checked(String name, String url, String host) {
    try {
      return checked(name, url);
    } catch (BadSettingException e) {
      throw new BadSettingException(name, "'" + host + "' is not a host's name or address");
    }
  }

  private static StoreUrl checked(String name, String text) {
    StoreUrl url = StoreUrl.parse(name, text, SCHEMES, FORM);
    if (url.host().isEmpty() || !database(url).matches("\\d{0,4}")) {
      throw new BadSettingException(name, StoreUrl.shown(text) + "is not of the form " + FORM);
    }
    return url;
  }

  /** The setting that names the Redis. */
  public static String name(Settings settings) {
    if (settings.text("REDIS_MODE").filter("sentinel"::equalsIgnoreCase).isPresent()) {
      return NODES;
    }
    return settings.text(URL).isPresent() || settings.text(HOST).isEmpty() ? URL : HOST;
  }

  /** Identifies this Redis: where it is, without credentials. */
  public static String identity(Settings settings) {
    List<String> nodes = settings.list(NODES, List.of());
    if (!nodes.isEmpty()) {
      return settings.text("REDIS_MASTER", "mymaster");
    }
    StoreUrl url = url(settings);
    String host = url.host().equals("localhost") ? "127.0.0.1" : StoreUrl.bracketed(url.host());
    int port = url.port() == 0 ? DEFAULT_PORT : url.port();
    String path = url.path().isEmpty() ? "" : "/" + url.path();
    return URLEncoder.encode(host + ":" + port + path, StandardCharsets.UTF_8);
  }
}
