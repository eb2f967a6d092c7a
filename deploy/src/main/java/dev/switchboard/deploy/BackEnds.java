package dev.switchboard.deploy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.SecretsKey;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.redis.RedisSettings;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Outside production, supplies what is missing: Redis, Postgres, secrets. */
final class BackEnds implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BackEnds.class);

  private final Deque<AutoCloseable> started = new ConcurrentLinkedDeque<>();
  private final Map<String, String> values;

  private BackEnds(Map<String, String> values) {
    this.values = values;
  }

  /** Starts what the values do not name. Production must name it all. */
  static BackEnds supply(Settings settings, Map<String, String> given) {
    Path folder = Path.of(settings.text("DATA_DIR", ".switchboard"));
    boolean redis = RedisSettings.present(settings);
    boolean postgres = settings.text("DATABASE_URL").isPresent();
    boolean secrets = SecretsKey.from(settings).isPresent();
    boolean jwt = settings.firstOf("JWT_SECRET", "JWT_PUBLIC_KEY_PATH", "JWT_JWKS_URL").isPresent();
    if (settings.environment().isProduction()) {
      require(redis, "REDIS_URL", "name the Redis, or set REDIS_HOST or REDIS_NODES");
      require(postgres, "DATABASE_URL", "name the Postgres database");
      require(secrets, "SECRETS_KEY", "set it to base64 of 32 random bytes");
      require(jwt, "JWT_SECRET", "set it, or JWT_PUBLIC_KEY_PATH, or JWT_JWKS_URL");
    }
    BackEnds backEnds = new BackEnds(new HashMap<>(given));
    if (!(redis && postgres && secrets && jwt)) {
      backEnds.supply(folder, redis, postgres, secrets, jwt);
    }
    return backEnds;
  }

  private static void require(boolean present, String name, String remedy) {
    if (!present) {
      throw new BadSettingException(name, "is missing: " + remedy);
    }
  }

  private void supply(Path path, boolean redis, boolean postgres, boolean secrets, boolean jwt) {
    DataFolder folder = DataFolder.open(path);
    started.push(folder);
    if (!secrets) {
      values.put("SECRETS_KEY", folder.secret("secrets-key"));
    }
    if (!jwt) {
      values.put("JWT_SECRET", folder.secret("jwt-secret"));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var one = CompletableFuture.runAsync(() -> redis(redis, folder), threads);
      var other = CompletableFuture.runAsync(() -> postgres(postgres, folder), threads);
      CompletableFuture.allOf(one, other).join();
    } catch (CompletionException e) {
      close();
      throw e;
    }
  }

  private void redis(boolean present, DataFolder folder) {
    if (!present) {
      EmbeddedRedis redis = EmbeddedRedis.start(folder.path().resolve("redis"));
      started.push(redis);
      synchronized (values) {
        values.put("REDIS_URL", redis.url());
      }
    }
  }

  private void postgres(boolean present, DataFolder folder) {
    if (!present) {
      log.info("starting the development database in {}", folder.path());
      EmbeddedDatabase database = EmbeddedDatabase.start(folder.path().resolve("postgres"));
      started.push(database);
      synchronized (values) {
        values.put("DATABASE_URL", database.url());
      }
    }
  }

  /** The values given, and what was supplied. */
  Map<String, String> values() {
    return values;
  }

  /** Stops what was started, the last first. */
  @Override
  public void close() {
    for (AutoCloseable one : new ArrayDeque<>(started)) {
      try {
        one.close();
      } catch (Exception e) {
        log.warn("stopping {}: {}", one.getClass().getSimpleName(), e.getMessage());
      }
    }
    started.clear();
  }
}
