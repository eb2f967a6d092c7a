package dev.switchboard.signaling.testing;

import dev.switchboard.shared.auth.JwtSettings;
import dev.switchboard.shared.auth.JwtVerifier;
import dev.switchboard.shared.auth.SignOutFeed;
import dev.switchboard.shared.auth.TokenIssuer;
import dev.switchboard.shared.auth.TokenVerifier;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.http.SharedHttpAccess;
import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.role.DirectRoutes;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TestClock;
import dev.switchboard.shared.testing.TestLinks;
import dev.switchboard.shared.trace.CallTraces;
import dev.switchboard.shared.users.Erasures;
import dev.switchboard.shared.users.UserData;
import dev.switchboard.signaling.SignalingRole;
import dev.switchboard.signaling.edge.EdgeBatch;
import dev.switchboard.signaling.edge.EdgeBatchCodec;
import dev.switchboard.signaling.edge.EdgeLease;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * Two nodes with the signaling role and one edge each, against real back ends. They share one bus,
 * on which their messages are written to the wire and read again, as between two processes; none
 * may be large.
 */
public final class SignalingNodes implements AutoCloseable {
  private static final int NODES = 2;
  private static final int MOST_ON_THE_BUS = 100_000;

  private final Vertx vertx = Vertx.vertx();
  private final InstantSource clock;
  private final Map<String, String> values = new HashMap<>();
  private final List<HttpServer> servers = new ArrayList<>();
  private final List<SignalingRole> roles = new ArrayList<>();
  private final List<EdgeId> edges = new ArrayList<>();
  private final List<TestLinks> links = new ArrayList<>();
  private final TokenIssuer issuer;
  private final Redis redis;

  /** Starts both; what the settings do not say is supplied. */
  public SignalingNodes(Map<String, String> settings, InstantSource clock) {
    this(settings, clock, RealRedis.url());
  }

  /** As the other; the first node has its own way to Redis. */
  public SignalingNodes(Map<String, String> settings, InstantSource clock, String redisOfTheFirst) {
    this.clock = clock;
    values.put("APP_ENV", "test");
    values.put("JWT_SECRET", "a secret for tests that is long enough");
    values.put("REDIS_URL", RealRedis.url());
    values.put("DATABASE_URL", RealPostgres.newDatabase());
    values.putAll(settings);
    for (int i = 0; i < NODES; i++) {
      if (i > 0) {
        vertx.eventBus().unregisterCodec(EdgeBatchCodec.NAME);
      }
      links.add(new TestLinks(vertx, i == 0 ? redisOfTheFirst : RealRedis.url()));
      servers.add(start(links.getLast()));
    }
    vertx.eventBus().unregisterCodec(EdgeBatchCodec.NAME);
    vertx.eventBus().registerCodec(new OverTheWire());
    issuer = new TokenIssuer(vertx, jwt(), clock);
    redis = Redis.createClient(vertx, new RedisOptions().setConnectionString(RealRedis.url()));
  }

  private JwtSettings jwt() {
    return JwtSettings.from(Settings.of(values));
  }

  private HttpServer start(TestLinks links) {
    Settings settings = Settings.of(values);
    TokenVerifier tokens = JwtVerifier.create(vertx, jwt(), clock);
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    Node node =
        new Node(
            UUID.randomUUID().toString().replace("-", ""),
            vertx,
            settings,
            links,
            Postgres.pool(vertx, values.get("DATABASE_URL"), 4),
            tokens,
            new SharedHttpAccess(vertx, settings, tokens, links, meters, clock),
            meters,
            CallTraces.OFF,
            clock);
    SignalingRole role = new SignalingRole(node);
    roles.add(role);
    Await.await(role.start());
    Await.await(new UserData(vertx.eventBus()).serve(role));
    Await.await(vertx.deployVerticle(new Erasures(links, List.of(role), clock)));
    Await.await(vertx.deployVerticle(new SignOutFeed(links, tokens.signOuts(), settings, clock)));
    return Await.await(
        Future.future(done -> vertx.runOnContext(go -> serve(node, role).onComplete(done))));
  }

  private Future<HttpServer> serve(Node node, SignalingRole role) {
    Router router = Router.router(vertx);
    DirectRoutes direct = new DirectRoutes();
    EdgeId edge = new EdgeId(node.id(), 0);
    edges.add(edge);
    router.get("/").handler(context -> context.end("page"));
    return role.mount(new Edge(edge, vertx, router, direct))
        .compose(
            mounted ->
                vertx
                    .createHttpServer()
                    .requestHandler(
                        request -> {
                          Handler<HttpServerRequest> handler = direct.find(request);
                          (handler == null ? router : handler).handle(request);
                        })
                    .listen(0, "127.0.0.1"));
  }

  /** What the nodes run on. */
  public Vertx vertx() {
    return vertx;
  }

  /** Where a node listens on loopback. */
  public int port(int node) {
    return servers.get(node).actualPort();
  }

  /** The address of a node, without a path. */
  public String url(int node) {
    return "http://127.0.0.1:" + port(node);
  }

  /** A valid token of a user. */
  public String token(String userId) {
    return token(userId, Duration.ofHours(1));
  }

  /** A token of a user with a life that may be over. */
  public String token(String userId, Duration life) {
    return issuer.issue(userId, false, life);
  }

  /** A valid token of an operator. */
  public String operatorToken() {
    return issuer.issue("root", true, Duration.ofHours(1));
  }

  /** How many live calls a node counts whose caller's socket it has. */
  public long callsOfCallers(int node) {
    return roles.get(node).health().getLong("activeSessions");
  }

  /** Moves every client of a node elsewhere. */
  public Future<Void> drain(int node) {
    return roles.get(node).drain(100);
  }

  /**
   * Moves the clock by half a lease and waits until both nodes have renewed theirs: time passes for
   * who is dead, and nobody alive is late.
   */
  public void passHalfALease(TestClock moved) {
    moved.advance(EdgeLease.LEASE.dividedBy(2));
    long until = moved.millis() + EdgeLease.LEASE.toMillis();
    for (EdgeId edge : edges) {
      Await.until(() -> redis("zscore", "edge:leases", edge.toString()).toLong() >= until);
    }
  }

  /** One command to Redis. */
  public Response redis(String command, String... arguments) {
    Request request = Request.cmd(Command.create(command.toUpperCase(Locale.ROOT)));
    for (String argument : arguments) {
      request.arg(argument);
    }
    return Await.await(redis.send(request));
  }

  @Override
  public void close() {
    links.forEach(each -> Await.await(each.close()));
    Await.await(vertx.close());
  }

  /** Passes a message on as another process would see it. */
  private static final class OverTheWire implements MessageCodec<EdgeBatch, EdgeBatch> {
    private final EdgeBatchCodec codec = SignalingRole.codec();

    @Override
    public void encodeToWire(Buffer buffer, EdgeBatch batch) {
      codec.encodeToWire(buffer, batch);
    }

    @Override
    public EdgeBatch decodeFromWire(int position, Buffer buffer) {
      return codec.decodeFromWire(position, buffer);
    }

    @Override
    public EdgeBatch transform(EdgeBatch batch) {
      Buffer wire = Buffer.buffer();
      codec.encodeToWire(wire, batch);
      if (wire.length() > MOST_ON_THE_BUS) {
        throw new IllegalStateException(wire.length() + " bytes are too many for the event bus");
      }
      return codec.decodeFromWire(0, wire);
    }

    @Override
    public String name() {
      return EdgeBatchCodec.NAME;
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
