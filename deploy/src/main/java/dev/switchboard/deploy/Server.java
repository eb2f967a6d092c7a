package dev.switchboard.deploy;

import dev.switchboard.deploy.admin.Admin;
import dev.switchboard.deploy.admin.NodeReports;
import dev.switchboard.shared.auth.JwtSettings;
import dev.switchboard.shared.auth.JwtVerifier;
import dev.switchboard.shared.auth.SignOutFeed;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.http.AllowedOrigins;
import dev.switchboard.shared.http.CorsHeaders;
import dev.switchboard.shared.http.LocalLimits;
import dev.switchboard.shared.http.SharedHttpAccess;
import dev.switchboard.shared.metrics.MetricNames;
import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.postgres.PostgresPool;
import dev.switchboard.shared.redis.RedisClock;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.RedisLinks;
import dev.switchboard.shared.redis.RedisObserver;
import dev.switchboard.shared.redis.RedisSettings;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.role.Role;
import dev.switchboard.shared.role.RoleName;
import dev.switchboard.shared.trace.CallTraces;
import dev.switchboard.shared.users.Erasures;
import dev.switchboard.shared.users.UserData;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running process: its roles, its edges, and how they start and stop. */
final class Server {
  private static final Logger log = LoggerFactory.getLogger(Server.class);
  private static final long STOP_MILLIS = 3_000;

  private final Settings settings;
  private final ProcessSettings process;
  private final JwtSettings jwt;
  private final AllowedOrigins origins;
  private final VertxStart started;
  private final PrometheusMeterRegistry meters;
  private final OwnLinks redis;
  private final RedisClock clock;
  private final Node node;
  private final List<Role> roles;
  private final StoreProbe stores;
  private final Optional<Tracing> tracing;
  private final Health health;
  private final Admin admin;
  private final Management management;
  private final List<EdgeVerticle> edges = new ArrayList<>();
  private volatile Runnable drained = this::stop;

  private Server(Settings settings, ProcessSettings process, VertxStart started, Wanted wanted) {
    this.settings = settings;
    this.process = process;
    this.jwt = wanted.jwt;
    this.origins = wanted.origins;
    this.started = started;
    this.meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    JvmMeters.bind(meters);
    Vertx vertx = started.vertx();
    this.redis = new OwnLinks(RedisLinks.to(vertx, RedisSettings.from(settings), observer(meters)));
    PostgresPool postgres = Postgres.pool(vertx, databaseUrl(settings), process.postgresPoolSize());
    this.clock = new RedisClock(redis::open);
    JwtVerifier tokens = JwtVerifier.create(vertx, jwt, clock);
    this.node =
        new Node(
            wanted.nodeId,
            vertx,
            settings,
            redis,
            postgres,
            tokens,
            new SharedHttpAccess(vertx, settings, tokens, redis, meters, clock),
            meters,
            wanted.tracing.map(Tracing::calls).orElse(CallTraces.OFF),
            clock);
    this.tracing = wanted.tracing;
    this.roles = wanted.roles.apply(node);
    this.stores = new StoreProbe(redis::open, chatRedis(vertx), postgres, meters);
    Members members = new Members(started.cluster());
    this.health = new Health(node, roles, stores, members);
    SelfReport self = new SelfReport(members, health, stores, meters, this::port);
    NodeReports reports =
        new NodeReports(node, roles, self::make, members::count, () -> drained.run());
    this.admin =
        new Admin(node, reports, members::addresses, this::edge, process.tls().isPresent());
    this.management = new Management(node, process, health, meters, admin);
  }

  /** Where this process reaches its own edges. */
  private SocketAddress edge() {
    boolean any = process.host().equals("0.0.0.0") || process.host().equals("::");
    return SocketAddress.inetSocketAddress(port(), any ? "127.0.0.1" : process.host());
  }

  /** From now on an operator's order to drain runs this instead of {@link #stop}. */
  void onDrain(Runnable whole) {
    drained = whole;
  }

  /** Of the chat, where it has one of its own and runs here. */
  private Optional<Supplier<RedisLink>> chatRedis(Vertx vertx) {
    return RedisSettings.from(settings, "CHAT_REDIS_URL")
        .filter(options -> process.roles().contains(RoleName.SIGNALING))
        .map(options -> RedisLinks.to(vertx, options, RedisObserver.NONE)::open);
  }

  /** What is read, and refused if bad, before anything is started. */
  private record Wanted(
      String nodeId,
      JwtSettings jwt,
      AllowedOrigins origins,
      Optional<Tracing> tracing,
      Function<Node, List<Role>> roles) {}

  /**
   * Starts a process. Throws or fails with {@link
   * dev.switchboard.shared.config.BadSettingException} for settings that can't be used.
   */
  static Future<Server> start(Settings settings) {
    ProcessSettings process = ProcessSettings.from(settings);
    return start(settings, process, node -> Roles.make(process.roles(), node));
  }

  static Future<Server> start(
      Settings settings, ProcessSettings process, Function<Node, List<Role>> roles) {
    String nodeId = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    Wanted wanted =
        new Wanted(
            nodeId,
            JwtSettings.from(settings),
            AllowedOrigins.from(settings),
            Tracing.from(settings, nodeId),
            roles);
    Postgres.check(databaseUrl(settings));
    if (wanted.jwt.hasShortSecret()) {
      log.warn("JWT_SECRET has a secret shorter than 32 bytes: anyone may guess it");
    }
    // Beside the joining of the cluster: each takes a second.
    CompletionStage<Void> schema = Postgres.migrate(databaseUrl(settings));
    Future<Void> checked = StoreCheck.check(settings);
    Thread.ofPlatform().daemon().name("load").start(ApiDocs::load);
    return VertxStart.start(
            process, RedisSettings.identity(settings), wanted.tracing.map(Tracing::requests))
        .compose(
            started -> {
              Server server = new Server(settings, process, started, wanted);
              return server.open(schema, checked).map(server).onFailure(failure -> server.leave());
            })
        .recover(failure -> ended(schema).transform(done -> Future.failedFuture(failure)));
  }

  /**
   * A stop in the midst of the migrations would have them complain, where one line is to be read.
   */
  private static Future<Void> ended(CompletionStage<Void> migrating) {
    return Future.fromCompletionStage(migrating).timeout(STOP_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static String databaseUrl(Settings settings) {
    return settings.text("DATABASE_URL").orElse("postgresql://127.0.0.1:5432/switchboard");
  }

  private static RedisObserver observer(MeterRegistry meters) {
    Map<String, Timer> timers = new ConcurrentHashMap<>();
    return (name, nanos, failed) ->
        timers
            .computeIfAbsent(name, n -> meters.timer(MetricNames.REDIS_COMMAND, "command", n))
            .record(nanos, TimeUnit.NANOSECONDS);
  }

  private Future<Void> open(CompletionStage<Void> migrating, Future<Void> checked) {
    Vertx vertx = started.vertx();
    Future<Void> schema =
        new Schema(vertx, databaseUrl(settings), migrating).bringUpToDate(stores::schemaIsCurrent);
    return Future.all(schema, checked)
        // Not before: of a store that is refused there is one line, and not what others find too.
        .compose(v -> vertx.deployVerticle(stores))
        .compose(v -> vertx.deployVerticle(clock))
        .compose(v -> inTurn(roles, Role::start))
        .compose(v -> serveUserData())
        // No edge serves before it knows which tokens are revoked.
        .compose(v -> vertx.deployVerticle(signOuts()))
        .compose(v -> openEdges())
        .compose(v -> management.open())
        .compose(v -> Future.join(health.start(), admin.start()))
        .onSuccess(
            v -> {
              health.ready();
              Thread.ofPlatform().daemon().name("load").start(() -> Roles.load(process.roles()));
            })
        .mapEmpty();
  }

  private SignOutFeed signOuts() {
    return new SignOutFeed(redis, node.tokens().signOuts(), settings, node.clock());
  }

  /** What the roles here keep of users can be asked for, and is deleted once somebody has asked. */
  private Future<Void> serveUserData() {
    UserData users = new UserData(node.vertx().eventBus());
    return inTurn(roles, users::serve)
        .compose(v -> node.vertx().deployVerticle(new Erasures(redis, roles, node.clock())))
        .mapEmpty();
  }

  private static Future<Void> inTurn(List<Role> roles, Function<Role, Future<Void>> step) {
    Future<Void> all = Future.succeededFuture();
    for (Role role : roles) {
      all = all.compose(v -> step.apply(role));
    }
    return all;
  }

  private Future<Void> openEdges() {
    Vertx vertx = started.vertx();
    HttpServerOptions options = EdgeHttpOptions.from(process);
    AddressLimits limits =
        new AddressLimits(process.rates(), node.access(), new LocalLimits(node.clock()), meters);
    Future<Void> all = Future.succeededFuture();
    for (int index = 0; index < process.edges(); index++) {
      EdgeVerticle edge =
          new EdgeVerticle(
              new EdgeId(node.id(), index),
              options,
              process.slowClients(),
              limits,
              new CorsHeaders(origins),
              management::mount,
              roles,
              this::mountPages,
              meters,
              redis::closeOf);
      edges.add(edge);
      all = all.compose(v -> vertx.deployVerticle(edge)).mapEmpty();
    }
    process.tls().ifPresent(tls -> new TlsFiles(vertx, tls, edges).watch());
    return all.recover(failure -> inUse("PORT", process.port(), failure));
  }

  private void mountPages(Router router) {
    ClientLibrary.mount(router);
    WebPage.mount(router, process.demo());
  }

  static Future<Void> inUse(String name, int port, Throwable failure) {
    // The native transport has an exception of its own for it.
    boolean taken =
        failure instanceof BindException
            || String.valueOf(failure.getMessage()).contains("Address already in use");
    return Future.failedFuture(
        taken
            ? new BadSettingException(name, "another process listens on " + port + " already")
            : failure);
  }

  /** The port the edges listen on. */
  int port() {
    HttpServer server = edges.getFirst().server();
    return server == null ? process.port() : server.actualPort();
  }

  /** Where a browser on this machine finds it. */
  String address() {
    boolean any = process.host().equals("0.0.0.0") || process.host().equals("::");
    String scheme = process.tls().isPresent() ? "https" : "http";
    return scheme + "://" + (any ? "localhost" : process.host()) + ":" + port();
  }

  /** Turns unready, lets clients move elsewhere, then closes everything. Never fails. */
  Future<Void> stop() {
    health.draining();
    long begun = System.nanoTime();
    long grace = process.grace().toMillis();
    return bounded(Future.all(roles.stream().map(r -> r.drain(grace)).toList()), grace, "drain")
        .compose(v -> closeEdges())
        .compose(
            v ->
                bounded(
                    Future.all(roles.stream().map(Role::stop).toList()),
                    leftToStop(begun, grace),
                    "stop"))
        .compose(v -> bounded(leave(), STOP_MILLIS, "leave"));
  }

  /** What the steps before have not used is the roles': a push service may take ten seconds. */
  private static long leftToStop(long begunNanos, long grace) {
    long gone = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
    return Math.max(STOP_MILLIS, grace + 2 * STOP_MILLIS - gone);
  }

  private Future<Void> leave() {
    return redis
        .close()
        .eventually(started::close)
        .onComplete(left -> tracing.ifPresent(Tracing::close));
  }

  private Future<Void> closeEdges() {
    Vertx vertx = started.vertx();
    return bounded(
        Future.all(edges.stream().map(e -> vertx.undeploy(e.deploymentID())).toList()),
        STOP_MILLIS,
        "close");
  }

  private static Future<Void> bounded(Future<?> step, long millis, String name) {
    return step.timeout(millis + 1, TimeUnit.MILLISECONDS)
        .transform(
            done -> {
              if (done.failed()) {
                log.warn("{}: {}", name, done.cause().getMessage());
              }
              return Future.succeededFuture();
            });
  }
}
