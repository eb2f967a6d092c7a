package dev.switchboard.shared.redis;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisRole;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Which Redis: {@code REDIS_URL}, or host, port and password, or the sentinels that know it. */
public final class RedisSettings {
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
    return settings.firstOf("REDIS_URL", "REDIS_HOST", "REDIS_NODES").isPresent()
        || port(settings) != DEFAULT_PORT;
  }

  /** The client's options; throws {@link BadSettingException}. */
  public static RedisOptions from(Settings settings) {
    RedisOptions options = options();
    Mode mode = settings.choice("REDIS_MODE", Mode.class, Mode.STANDALONE);
    Optional<String> password = settings.text("REDIS_PASSWORD");
    password.ifPresent(options::setPassword);
    String url = url(settings);
    List<String> nodes = settings.list("REDIS_NODES", List.of());
    String master = settings.text("REDIS_MASTER", "mymaster");
    if (mode == Mode.STANDALONE) {
      return options.setConnectionString(url);
    }
    if (nodes.isEmpty()) {
      throw new BadSettingException("REDIS_NODES", "is missing: name the sentinels as host:port,…");
    }
    nodes.forEach(node -> options.addConnectionString(checked("REDIS_NODES", "redis://" + node)));
    return options
        .setType(RedisClientType.SENTINEL)
        .setRole(RedisRole.MASTER)
        .setMasterName(master);
  }

  /** The client's options for a Redis of its own; throws {@link BadSettingException}. */
  public static RedisOptions at(String name, String url) {
    return options().setConnectionString(checked(name, url));
  }

  private static RedisOptions options() {
    return new RedisOptions()
        .setMaxPoolSize(1)
        .setMaxPoolWaiting(64)
        .setMaxWaitingHandlers(MAX_UNDER_WAY)
        .setNetClientOptions(
            new NetClientOptions().setConnectTimeout(CONNECT_MILLIS).setTcpNoDelay(true));
  }

  private static String url(Settings settings) {
    String host = settings.text("REDIS_HOST", "127.0.0.1");
    int port = port(settings);
    return settings
        .text("REDIS_URL")
        .map(url -> checked("REDIS_URL", url))
        .orElseGet(() -> checked("REDIS_HOST", "redis://" + bracketed(host) + ":" + port));
  }

  private static int port(Settings settings) {
    return settings.integer("REDIS_PORT", DEFAULT_PORT, 1, 65_535);
  }

  /** An IPv6 address as RFC 3986 section 3.2.2 has it in a URL. */
  private static String bracketed(String host) {
    return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
  }

  private static String checked(String name, String url) {
    try {
      URI uri = URI.create(url);
      if (uri.getHost() != null && List.of("redis", "rediss").contains(uri.getScheme())) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // told below, without the value: it may hold a password
    }
    throw new BadSettingException(name, "is not of the form redis://[:password@]host:6379[/0]");
  }

  /** What tells this Redis from another: where it is, without credentials. */
  public static String identity(Settings settings) {
    List<String> nodes = settings.list("REDIS_NODES", List.of());
    if (!nodes.isEmpty()) {
      return settings.text("REDIS_MASTER", "mymaster");
    }
    URI uri = URI.create(url(settings));
    String host = uri.getHost().equals("localhost") ? "127.0.0.1" : uri.getHost();
    int port = uri.getPort() < 0 ? 6379 : uri.getPort();
    String path = uri.getPath() == null ? "" : uri.getPath();
    return URLEncoder.encode(host + ":" + port + path, StandardCharsets.UTF_8);
  }
}
