package dev.switchboard.ice;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.switchboard.ice.provider.ProviderLists;
import dev.switchboard.ice.relay.RelayProbes;
import dev.switchboard.shared.auth.TokenRejectedException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.redis.RedisLinks;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.testing.TestClock;
import dev.switchboard.shared.trace.CallTraces;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.sqlclient.Pool;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** The role in a process of its own: a real HTTP server, a clock that the test moves. */
final class IceNode implements AutoCloseable {
  static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

  final Vertx vertx = Vertx.vertx();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final TestClock clock = new TestClock();
  final IceRole role;
  final HttpServer server;

  IceNode(Map<String, String> settings) throws Exception {
    clock.set(NOW.toEpochMilli());
    Node node =
        new Node(
            "n1",
            vertx,
            Settings.of(settings),
            unused(RedisLinks.class),
            unused(Pool.class),
            _ -> Future.failedFuture(new TokenRejectedException(false)),
            new FakeAccess(),
            meters,
            CallTraces.OFF,
            clock);
    role =
        new IceRole(
            node,
            new RelayProbes.Timing(Duration.ofMillis(40), Duration.ofMillis(400)),
            new ProviderLists.Timing(Duration.ofMillis(1_500), 0.0005));
    role.start().await(10, SECONDS);
    Router router = Router.router(vertx);
    role.mount(new Edge(new EdgeId("n1", 0), vertx, router)).await(5, SECONDS);
    server =
        vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").await(5, SECONDS);
  }

  /** The role promises to need neither store: any use of one fails the test. */
  private static <T> T unused(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, _) -> {
              throw new AssertionError("the ICE role used " + method);
            }));
  }

  @Override
  public void close() {
    try {
      role.stop().await(5, SECONDS);
      vertx.close().await(5, SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the role did not end in time", e);
    }
  }
}
