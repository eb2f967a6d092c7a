package dev.switchboard.signaling.rooms;

import dev.switchboard.shared.auth.JwtSettings;
import dev.switchboard.shared.auth.JwtVerifier;
import dev.switchboard.shared.auth.TokenIssuer;
import dev.switchboard.shared.auth.TokenVerifier;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.http.SharedHttpAccess;
import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.redis.RedisLinks;
import dev.switchboard.shared.redis.RedisObserver;
import dev.switchboard.shared.role.DirectRoutes;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TestClock;
import dev.switchboard.signaling.SignalingRole;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.EdgeMessageCodec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * Two nodes with the signaling role and one edge each, against real back ends. They share one bus,
 * on which their messages are written to the wire and read again, and a clock that the test moves.
 */
final class RoomNodes implements AutoCloseable {
  private static final int NODES = 2;

  final Vertx vertx = Vertx.vertx();
  final Vertx clientVertx = Vertx.vertx();
  final TestClock clock = new TestClock();
  private final Map<String, String> values = new HashMap<>();
  private final List<HttpServer> servers = new ArrayList<>();
  private final List<SignalingRole> roles = new ArrayList<>();
  private final List<RoomClient> clients = new ArrayList<>();
  private final TokenIssuer issuer;
  private final Redis redis;

  RoomNodes(Map<String, String> settings) {
    RealRedis.flush();
    values.put("APP_ENV", "test");
    values.put("JWT_SECRET", "a secret for tests that is long enough");
    values.put("REDIS_URL", RealRedis.url());
    values.put("DATABASE_URL", RealPostgres.newDatabase());
    values.putAll(settings);
    for (int i = 0; i < NODES; i++) {
      if (i > 0) {
        vertx.eventBus().unregisterCodec(EdgeMessageCodec.NAME);
      }
      servers.add(start());
    }
    vertx.eventBus().unregisterCodec(EdgeMessageCodec.NAME);
    vertx.eventBus().registerCodec(new OverTheWire());
    issuer = new TokenIssuer(vertx, jwt(), clock);
    redis =
        Redis.createClient(clientVertx, new RedisOptions().setConnectionString(RealRedis.url()));
  }

  private JwtSettings jwt() {
    return JwtSettings.from(Settings.of(values));
  }

  private HttpServer start() {
    Settings settings = Settings.of(values);
    RedisLinks links =
        RedisLinks.to(
            vertx, new RedisOptions().setConnectionString(RealRedis.url()), RedisObserver.NONE);
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
            clock);
    SignalingRole role = new SignalingRole(node);
    roles.add(role);
    Await.await(role.start());
    return Await.await(
        Future.future(done -> vertx.runOnContext(go -> serve(node, role).onComplete(done))));
  }

  private Future<HttpServer> serve(Node node, SignalingRole role) {
    Router router = Router.router(vertx);
    HttpServerOptions options =
        new HttpServerOptions()
            .setMaxWebSocketFrameSize(1_200_000)
            .setMaxWebSocketMessageSize(1_200_000);
    DirectRoutes direct = new DirectRoutes();
    router.get("/").handler(context -> context.end("page"));
    return role.mount(new Edge(new EdgeId(node.id(), 0), vertx, router, direct))
        .compose(
            mounted ->
                vertx
                    .createHttpServer(options)
                    .requestHandler(
                        request -> {
                          Handler<HttpServerRequest> handler = direct.find(request);
                          (handler == null ? router : handler).handle(request);
                        })
                    .listen(0, "127.0.0.1"));
  }

  int port(int node) {
    return servers.get(node).actualPort();
  }

  /** A valid token of a user. */
  String token(String userId) {
    return issuer.issue(userId, false, Duration.ofHours(1));
  }

  /** A connected client that has heard who it is. */
  RoomClient client(int node) {
    RoomClient client = Await.await(RoomClient.connect(clientVertx, port(node), "/", Map.of()));
    clients.add(client);
    return client;
  }

  /** A connected client that has joined a room. */
  RoomClient in(int node, String roomId) {
    RoomClient client = client(node);
    client.join(roomId);
    client.expect("room_joined");
    return client;
  }

  /** Moves every client of a node elsewhere. */
  Future<Void> drain(int node) {
    return roles.get(node).drain(100);
  }

  /** One command to Redis. */
  Response redis(String command, String... arguments) {
    Request request = Request.cmd(Command.create(command.toUpperCase(Locale.ROOT)));
    for (String argument : arguments) {
      request.arg(argument);
    }
    return Await.await(redis.send(request));
  }

  @Override
  public void close() {
    clients.forEach(RoomClient::close);
    Await.await(clientVertx.close());
    Await.await(vertx.close());
  }

  /** Passes a message on as another process would see it. */
  private static final class OverTheWire implements MessageCodec<EdgeMessage, EdgeMessage> {
    private final EdgeMessageCodec codec = new EdgeMessageCodec();

    @Override
    public void encodeToWire(Buffer buffer, EdgeMessage message) {
      codec.encodeToWire(buffer, message);
    }

    @Override
    public EdgeMessage decodeFromWire(int position, Buffer buffer) {
      return codec.decodeFromWire(position, buffer);
    }

    @Override
    public EdgeMessage transform(EdgeMessage message) {
      Buffer wire = Buffer.buffer();
      codec.encodeToWire(wire, message);
      return codec.decodeFromWire(0, wire);
    }

    @Override
    public String name() {
      return EdgeMessageCodec.NAME;
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
