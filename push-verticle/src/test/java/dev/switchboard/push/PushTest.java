package dev.switchboard.push;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TestClock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An empty Redis and a database for each test, and nodes on them whose clock the test moves. */
abstract class PushTest {
  final String database = RealPostgres.newDatabase();
  final TestClock clock = new TestClock();
  RedisProbe redis;

  @BeforeEach
  void empty() {
    RealRedis.flush();
    redis = new RedisProbe();
  }

  @AfterEach
  void close() {
    redis.close();
  }

  PushNode node(String id, RecordingSender sender) {
    return node(id, sender, Map.of());
  }

  PushNode node(String id, RecordingSender sender, Map<String, String> settings) {
    return new PushNode(id, database, sender, settings, clock);
  }

  /** Waits until a look at a cause is no longer good. */
  static void untilLookIsOld() {
    long now = System.nanoTime();
    Await.until(() -> System.nanoTime() - now > TimeUnit.MILLISECONDS.toNanos(60));
  }

  /** Waits until no job is left, retries included. */
  void untilDone() {
    Await.until(() -> redis.queued() == 0, 20);
  }
}
