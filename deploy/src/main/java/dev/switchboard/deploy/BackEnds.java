package dev.switchboard.deploy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.SecretsKey;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.redis.RedisSettings;
import java.nio.file.Path;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Outside production, supplies what is missing: Redis, Postgres, secrets. */
final class BackEnds implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BackEnds.class);

  private static final long START_PATIENCE_SECONDS = 12;

  private final Deque<AutoCloseable> started = new ConcurrentLinkedDeque<>();
  private final Map<String, String> values;

  private volatile CompletableFuture<Void> starting = CompletableFuture.allOf();
  private boolean closed;

  /** Nothing is started yet. */
  BackEnds(Map<String, String> given) {
    this.values = new HashMap<>(given);
  }

  /** Starts what the settings do not name. Production must name it all. */
  void supply(Settings settings) {
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
    if (!(redis && postgres && secrets && jwt)) {
      Map<String, String> made = supply(folder, redis, postgres, secrets, jwt);
      if (settings.flag("CLUSTER", false) && !made.isEmpty()) {
        made = ClusterSecrets.agree(String.valueOf(values.get("DATABASE_URL")), made);
      }
      values.putAll(made);
    }
  }

  private static void require(boolean present, String name, String remedy) {
    if (!present) {
      throw new BadSettingException(name, "is missing: " + remedy);
    }
  }

  /** Starts the stores that are missing; answers the secrets that are, as the folder has them. */
  private Map<String, String> supply(
      Path path, boolean redis, boolean postgres, boolean secrets, boolean jwt) {
    DataFolder folder = DataFolder.open(path);
    keep(folder);
    Map<String, String> made = new HashMap<>();
    if (!secrets) {
      made.put("SECRETS_KEY", folder.secret("secrets-key"));
    }
    if (!jwt) {
      made.put("JWT_SECRET", folder.secret("jwt-secret"));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var one = CompletableFuture.runAsync(() -> redis(redis, folder), threads);
      var other = CompletableFuture.runAsync(() -> postgres(postgres, folder), threads);
      starting = CompletableFuture.allOf(one, other);
      starting.join();
    }
    return made;
  }

  private void redis(boolean present, DataFolder folder) {
    if (!present) {
      EmbeddedRedis redis = EmbeddedRedis.start(folder.path().resolve("redis"));
      keep(redis);
      synchronized (values) {
        values.put("REDIS_URL", redis.url());
      }
    }
  }

  private void postgres(boolean present, DataFolder folder) {
    if (!present) {
      log.info("starting the development database in {}", folder.path());
      EmbeddedDatabase database = EmbeddedDatabase.start(folder.path().resolve("postgres"));
      keep(database);
      synchronized (values) {
        values.put("DATABASE_URL", database.url());
      }
    }
  }

  /** What has started once all is being closed is closed at once. */
  private void keep(AutoCloseable one) {
    boolean late;
    synchronized (started) {
      late = closed;
      if (!late) {
        started.push(one);
      }
    }
    if (late) {
      close(one);
    }
  }

  /** True if everything is somebody else's. */
  boolean isEmpty() {
    return started.isEmpty();
  }

  /** The values given, and what was supplied. */
  Map<String, String> values() {
    return values;
  }

  /** Stops what was started, the last first; what is starting is waited for a while. */
  @Override
  public void close() {
    synchronized (started) {
      closed = true;
    }
    awaitStarting();
    for (AutoCloseable one = started.poll(); one != null; one = started.poll()) {
      close(one);
    }
  }

  private void awaitStarting() {
    try {
      starting.get(START_PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.warn("not all back ends had started when they were stopped");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception e) {
      log.warn("stopping {}: {}", one.getClass().getSimpleName(), e.getMessage());
    }
  }
}
