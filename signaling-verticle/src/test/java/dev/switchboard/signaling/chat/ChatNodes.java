package dev.switchboard.signaling.chat;

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
import dev.switchboard.signaling.socketio.SocketIoServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * Two nodes with the signaling role and one edge each, against a real Redis, with a clock that the
 * test moves. They share one bus, on which their messages are written to the wire and read again,
 * as between two processes; none may be large.
 */
final class ChatNodes implements AutoCloseable {
  private static final String SECRET = "a secret for tests that is long enough";
  private static final int NODES = 2;
  private static final int MOST_ON_THE_BUS = 100_000;

  final Vertx vertx = Vertx.vertx();
  final TestClock clock = new TestClock();
  private final Map<String, String> values = new HashMap<>();
  private final List<HttpServer> servers = new ArrayList<>();
  private final List<ChatApp> apps = new ArrayList<>();
  private final TokenIssuer issuer;
  private final Redis redis;
  private final WebClient client;

  ChatNodes(Map<String, String> settings) {
    values.putAll(settings);
    values.put("APP_ENV", "test");
    values.put("JWT_SECRET", SECRET);
    values.put("REDIS_URL", RealRedis.url());
    values.put("DATABASE_URL", RealPostgres.newDatabase());
    for (int i = 0; i < NODES; i++) {
      if (i > 0) {
        vertx.eventBus().unregisterCodec(EdgeMessageCodec.NAME);
      }
      servers.add(start());
    }
    vertx.eventBus().unregisterCodec(EdgeMessageCodec.NAME);
    vertx.eventBus().registerCodec(new OverTheWire());
    issuer = new TokenIssuer(vertx, jwt(), clock);
    redis = Redis.createClient(vertx, new RedisOptions().setConnectionString(RealRedis.url()));
    client = WebClient.create(vertx);
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
    Pool postgres = Postgres.pool(vertx, values.get("DATABASE_URL"), 4);
    Node node =
        new Node(
            UUID.randomUUID().toString().replace("-", ""),
            vertx,
            settings,
            links,
            postgres,
            tokens,
            new SharedHttpAccess(vertx, settings, tokens, links, meters, clock),
            meters,
            clock);
    SignalingRole role = new SignalingRole(node);
    Await.await(role.start());
    return Await.await(
        Future.future(done -> vertx.runOnContext(go -> serve(node, role).onComplete(done))));
  }

  private Future<HttpServer> serve(Node node, SignalingRole role) {
    Router router = Router.router(vertx);
    DirectRoutes direct = new DirectRoutes();
    HttpServerOptions options =
        SocketIoServer.httpOptions(
            new HttpServerOptions(), ChatSettings.MOST_SOCKET_BYTES + ChatSettings.ENVELOPE_BYTES);
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

  String url(int node) {
    return "http://127.0.0.1:" + servers.get(node).actualPort();
  }

  String token(String userId) {
    return issuer.issue(userId, false, Duration.ofHours(1));
  }

  /** A client over WebSocket that has connected without a token. */
  ChatApp guest(int node) {
    return app(node, "", "websocket").connect();
  }

  /** A client over WebSocket that has connected with a token of this user. */
  ChatApp signedIn(int node, String userId) {
    return app(node, token(userId), "websocket").connect();
  }

  /** A client that has not connected. An empty token is none. */
  ChatApp app(int node, String token, String... transports) {
    ChatApp app = new ChatApp(url(node), token, transports);
    apps.add(app);
    return app;
  }

  /** One command to Redis. */
  Response redis(String command, String... arguments) {
    Request request = Request.cmd(Command.create(command.toUpperCase(Locale.ROOT)));
    for (String argument : arguments) {
      request.arg(argument);
    }
    return Await.await(redis.send(request));
  }

  HttpResponse<Buffer> reserve(int node, JsonObject body) {
    return Await.await(
        client.postAbs(url(node) + "/api/reserve-session").sendBuffer(body.toBuffer()));
  }

  /** The operators' list, asked for with a token; empty for none. */
  HttpResponse<Buffer> sessions(String token) {
    var request = client.getAbs(url(1) + "/sessions");
    return Await.await(
        (token.isEmpty() ? request : request.bearerTokenAuthentication(token)).send());
  }

  String operatorToken() {
    return issuer.issue("root", true, Duration.ofHours(1));
  }

  /** Closes every client, so that the next test is alone. */
  void hangUp() {
    apps.forEach(ChatApp::close);
    apps.clear();
  }

  @Override
  public void close() {
    hangUp();
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
      if (wire.length() > MOST_ON_THE_BUS) {
        throw new IllegalStateException(wire.length() + " bytes are too many for the event bus");
      }
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
