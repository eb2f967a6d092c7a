package dev.switchboard.shared.testing;

import dev.switchboard.shared.auth.JwtSettings;
import dev.switchboard.shared.auth.JwtVerifier;
import dev.switchboard.shared.auth.TokenIssuer;
import dev.switchboard.shared.auth.TokenVerifier;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.http.SharedHttpAccess;
import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.redis.RedisLinks;
import dev.switchboard.shared.redis.RedisObserver;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.trace.CallTraces;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A node to run a role in: a real Redis and, unless {@code DATABASE_URL} is given, a fresh
 * database, with a clock that the test moves. Redis is shared by all tests of the JVM: {@link
 * RealRedis#flush}.
 */
public final class TestNode implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final TestClock clock;
  private final Map<String, String> values;
  private final Node node;
  private final TokenIssuer issuer;

  private TestNode(Map<String, String> given, TestClock clock) {
    this.clock = clock;
    this.values = new HashMap<>(given);
    values.putIfAbsent("APP_ENV", "test");
    values.putIfAbsent("JWT_SECRET", "a secret for tests that is long enough");
    values.computeIfAbsent("REDIS_URL", name -> RealRedis.url());
    values.computeIfAbsent("DATABASE_URL", name -> RealPostgres.newDatabase());
    Settings settings = Settings.of(values);
    RedisLinks redis =
        RedisLinks.to(
            vertx,
            new RedisOptions().setConnectionString(values.get("REDIS_URL")),
            RedisObserver.NONE);
    JwtSettings jwt = JwtSettings.from(settings);
    TokenVerifier tokens = JwtVerifier.create(vertx, jwt, clock);
    MeterRegistry meters = new SimpleMeterRegistry();
    this.issuer = new TokenIssuer(vertx, jwt, clock);
    this.node =
        new Node(
            UUID.randomUUID().toString().replace("-", ""),
            vertx,
            settings,
            redis,
            Postgres.pool(vertx, values.get("DATABASE_URL"), 4),
            tokens,
            new SharedHttpAccess(vertx, settings, tokens, redis, meters, clock),
            meters,
            CallTraces.OFF,
            clock);
  }

  /** A node with default settings. */
  public static TestNode start() {
    return start(Map.of());
  }

  /** A node with these settings; what is absent is supplied. */
  public static TestNode start(Map<String, String> settings) {
    return new TestNode(settings, new TestClock());
  }

  /** A node that shares another's clock, Redis and database. */
  public TestNode another() {
    return new TestNode(values, clock);
  }

  public Node node() {
    return node;
  }

  public Vertx vertx() {
    return vertx;
  }

  public TestClock clock() {
    return clock;
  }

  /** A valid token of a user, good for an hour of this node's clock. */
  public String token(String userId) {
    return issuer.issue(userId, false, Duration.ofHours(1));
  }

  /** A valid token of an operator. */
  public String operatorToken(String userId) {
    return issuer.issue(userId, true, Duration.ofHours(1));
  }

  @Override
  public void close() {
    Await.await(vertx.close());
  }
}
