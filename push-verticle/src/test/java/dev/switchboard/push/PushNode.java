package dev.switchboard.push;

import dev.switchboard.push.queue.QueueTimings;
import dev.switchboard.push.send.PushSender;
import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.auth.TokenRejectedException;
import dev.switchboard.shared.auth.TokenVerifier;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.http.SharedHttpAccess;
import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.TestLinks;
import dev.switchboard.shared.trace.CallTraces;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.sqlclient.Pool;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * A process with the push role and one edge, against real back ends. A bearer token is a user's
 * name.
 */
final class PushNode implements AutoCloseable {
  /** The one user who is an operator. */
  static final String OPERATOR = "operator";

  static final PushTimings QUICK =
      new PushTimings(
          new QueueTimings(100, 6_000, 50, 1_000, 20, 100), 400, 200, 100, 200, 3_600_000);

  final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Pool postgres;
  final PushRole role;
  private final TestLinks links = new TestLinks(vertx);
  private final HttpServer server;
  private final WebClient client;

  PushNode(String id, String database, PushSender sender) {
    this(id, database, sender, Map.of());
  }

  PushNode(String id, String database, PushSender sender, Map<String, String> settings) {
    this(id, database, sender, settings, InstantSource.system());
  }

  PushNode(
      String id,
      String database,
      PushSender sender,
      Map<String, String> settings,
      InstantSource clock) {
    postgres = Postgres.pool(vertx, database, 4);
    TokenVerifier verifier =
        token ->
            token.equals("expired")
                ? Future.failedFuture(new TokenRejectedException(true))
                : Future.succeededFuture(caller(token));
    Settings all = withoutLimits(settings);
    HttpAccess access = new SharedHttpAccess(vertx, all, verifier, links, meters, clock);
    Node node =
        new Node(id, vertx, all, links, postgres, verifier, access, meters, CallTraces.OFF, clock);
    role = new PushRole(node, QUICK, sender);
    start();
    Router router = Router.router(vertx);
    server = Await.await(serve(id, router));
    client = WebClient.create(vertx);
  }

  private void start() {
    try {
      Await.await(role.start());
    } catch (RuntimeException refused) {
      // there will be nobody to close it
      Await.await(postgres.close());
      Await.await(vertx.close());
      throw refused;
    }
  }

  /** Tests of other things ask more often than a user may. */
  private static Settings withoutLimits(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.putIfAbsent("RATE_SUBSCRIBE_PER_MINUTE", "0");
    all.putIfAbsent("RATE_TOKENS_PER_MINUTE", "0");
    return Settings.of(all);
  }

  private static Caller caller(String token) {
    return new Caller(token, token.equals(OPERATOR), Long.MAX_VALUE);
  }

  private Future<HttpServer> serve(String id, Router router) {
    return Future.future(
        done ->
            vertx.runOnContext(
                start ->
                    role.mount(new Edge(new EdgeId(id, 0), vertx, router))
                        .compose(
                            mounted ->
                                vertx
                                    .createHttpServer()
                                    .requestHandler(router)
                                    .listen(0, "127.0.0.1"))
                        .onComplete(done)));
  }

  HttpResponse<Buffer> request(HttpMethod method, String path, String user, Buffer body) {
    var request = client.request(method, server.actualPort(), "127.0.0.1", path);
    if (!user.isEmpty()) {
      request.bearerTokenAuthentication(user);
    }
    return Await.await(request.sendBuffer(body));
  }

  HttpResponse<Buffer> request(HttpMethod method, String path, String user, JsonObject body) {
    return request(method, path, user, body.toBuffer());
  }

  /** Does something on the event loop of a Redis link. */
  <T> T withRedis(Function<RedisLink, Future<T>> action) {
    return links.with(action);
  }

  /**
   * How many pushes of a cause have come to this end. Counted a moment after the job has left the
   * queue, so to be waited for.
   */
  double counted(String cause, String status) {
    return meters
        .find("push.notifications.sent")
        .tags("cause", cause, "status", status)
        .counters()
        .stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  /** What kill -9 does, as far as Redis can tell. */
  void vanish() {
    links.close();
  }

  @Override
  public void close() {
    Await.await(role.stop());
    Await.await(server.close());
    Await.await(postgres.close());
    Await.await(vertx.close());
  }
}
