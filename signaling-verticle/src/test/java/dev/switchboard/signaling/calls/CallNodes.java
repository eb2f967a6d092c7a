package dev.switchboard.signaling.calls;

import dev.switchboard.shared.auth.JwtSettings;
import dev.switchboard.shared.auth.JwtVerifier;
import dev.switchboard.shared.auth.TokenIssuer;
import dev.switchboard.shared.auth.TokenVerifier;
import dev.switchboard.shared.bus.BusAddresses;
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
import dev.switchboard.signaling.SignalingRole;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.EdgeMessageCodec;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.socket.engineio.client.transports.WebSocket;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.client.WebClient;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * Two nodes with the signaling role and one edge each, against real back ends. They share one bus,
 * on which their messages are written to the wire and read again, as between two processes.
 */
final class CallNodes implements AutoCloseable {
  private static final String SECRET = "a secret for tests that is long enough";
  private static final int NODES = 2;

  final Vertx vertx = Vertx.vertx();
  private final List<MeterRegistry> meters = new ArrayList<>();
  private final Map<String, String> values = new HashMap<>();
  private final List<HttpServer> servers = new ArrayList<>();
  private final List<Phone> phones = new ArrayList<>();
  private String transport = WebSocket.NAME;
  private final TokenIssuer issuer;
  private final Redis redis;
  private final WebClient client;

  CallNodes(Map<String, String> settings) {
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
    issuer = new TokenIssuer(vertx, jwt(), InstantSource.system());
    redis = Redis.createClient(vertx, new RedisOptions().setConnectionString(RealRedis.url()));
    client = WebClient.create(vertx);
  }

  private JwtSettings jwt() {
    return JwtSettings.from(Settings.of(values));
  }

  /** What all nodes have counted together. */
  double counted(String name, String... tags) {
    return meters.stream().mapToDouble(own -> own.counter(name, tags).count()).sum();
  }

  private HttpServer start() {
    Settings settings = Settings.of(values);
    RedisLinks links =
        RedisLinks.to(
            vertx, new RedisOptions().setConnectionString(RealRedis.url()), RedisObserver.NONE);
    InstantSource clock = InstantSource.system();
    TokenVerifier tokens = JwtVerifier.create(vertx, jwt(), clock);
    MeterRegistry own = new SimpleMeterRegistry();
    meters.add(own);
    Pool postgres = Postgres.pool(vertx, values.get("DATABASE_URL"), 4);
    Node node =
        new Node(
            UUID.randomUUID().toString().replace("-", ""),
            vertx,
            settings,
            links,
            postgres,
            tokens,
            new SharedHttpAccess(vertx, settings, tokens, links, own, clock),
            own,
            clock);
    SignalingRole role = new SignalingRole(node);
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

  /** Which transport clients made from now on use. */
  void clientsUse(String name) {
    transport = name;
  }

  String token(String userId) {
    return token(userId, Duration.ofHours(1));
  }

  String token(String userId, Duration life) {
    return issuer.issue(userId, false, life);
  }

  String expiredToken(String userId) {
    return token(userId, Duration.ofHours(-1));
  }

  /** A client that has not connected. An empty token is none. */
  Phone phone(int node, String token) {
    Phone phone = new Phone(url(node), token, transport);
    phones.add(phone);
    return phone;
  }

  /** A client that has connected with a token of this user. */
  Phone connected(int node, String userId) {
    return phone(node, token(userId)).connect();
  }

  /** A client that has registered. */
  Phone registered(int node, String userId, String deviceId) {
    Phone phone = connected(node, userId);
    phone.register(userId, deviceId);
    return phone;
  }

  /** One command to Redis. */
  Response redis(String command, String... arguments) {
    Request request = Request.cmd(Command.create(command.toUpperCase(Locale.ROOT)));
    for (String argument : arguments) {
      request.arg(argument);
    }
    return Await.await(redis.send(request));
  }

  /** The causes of the push jobs for a user, in order. */
  List<String> pushes(String userId) {
    List<Response> entries = new ArrayList<>();
    redis("XRANGE", "push:rings", "-", "+").forEach(entries::add);
    redis("XRANGE", "push:jobs", "-", "+").forEach(entries::add);
    entries.sort(Comparator.comparing(entry -> entry.get(0).toString()));
    List<String> causes = new ArrayList<>();
    for (Response entry : entries) {
      Map<String, String> job = new HashMap<>();
      Response fields = entry.get(1);
      for (int i = 0; i + 1 < fields.size(); i += 2) {
        job.put(fields.get(i).toString(), fields.get(i + 1).toString());
      }
      if (userId.equals(job.get("userId"))) {
        causes.add(job.get("cause") + " " + job.get("devices"));
      }
    }
    return causes;
  }

  /** Lets a push reach a device of a user. */
  void reachable(String userId, String deviceId) {
    redis("SADD", "push:providers", "fcm");
    redis("HSET", "push:reach:" + userId, "fcm|" + deviceId, "1");
  }

  /** How long a key lives on, in milliseconds; -2 if there is none. */
  long lifeOf(String key) {
    return redis("PTTL", key).toLong();
  }

  /** Plays the ICE role, which another process may run. */
  MessageConsumer<JsonObject> playIce(Handler<Message<JsonObject>> asked) {
    MessageConsumer<JsonObject> consumer =
        vertx.eventBus().consumer(BusAddresses.ICE_SERVERS, asked);
    Await.await(consumer.completion());
    return consumer;
  }

  /** A user's call history. */
  JsonObject history(String userId, String query) {
    return Await.await(
            client
                .getAbs(url(0) + "/api/v1/calls" + query)
                .bearerTokenAuthentication(token(userId))
                .send())
        .bodyAsJsonObject();
  }

  int historyStatus(String token) {
    var request = client.getAbs(url(1) + "/api/v1/calls");
    return Await.await(
            (token.isEmpty() ? request : request.bearerTokenAuthentication(token)).send())
        .statusCode();
  }

  /** Closes every client, so that the next test is alone. */
  void hangUp() {
    phones.forEach(Phone::close);
    phones.clear();
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
