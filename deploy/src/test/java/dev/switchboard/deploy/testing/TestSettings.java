package dev.switchboard.deploy.testing;

import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import java.util.HashMap;
import java.util.Map;

/** What every server of these tests is started with. */
public final class TestSettings {
  /** A key that secrets are kept under. */
  public static final String SECRETS_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

  private TestSettings() {}

  /**
   * The settings of a server on loopback with the Redis of the tests and a database of its own, as
   * far as {@code more} does not say otherwise. The map is the caller's to change.
   */
  public static Map<String, String> with(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("APP_ENV", "test");
    settings.put("HOST", "127.0.0.1");
    settings.put("EDGES", "1");
    settings.put("JWT_SECRET", "a secret for tests that is long enough");
    settings.putAll(more);
    if (!settings.containsKey("REDIS_HOST") && !settings.containsKey("REDIS_MODE")) {
      settings.computeIfAbsent("REDIS_URL", name -> RealRedis.url());
    }
    settings.computeIfAbsent("DATABASE_URL", name -> RealPostgres.newDatabase());
    return settings;
  }
}
