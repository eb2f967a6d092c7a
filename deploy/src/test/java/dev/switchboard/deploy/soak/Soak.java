package dev.switchboard.deploy.soak;

import dev.switchboard.deploy.testing.ServerFigures;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import dev.switchboard.deploy.testing.TestSettings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.OwnRedis;
import dev.switchboard.shared.testing.RealPostgres;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The packaged server with a Redis and a Postgres of its own, and users who do everything that
 * there is to do. Used from one thread.
 */
final class Soak implements AutoCloseable {
  /**
   * Rows of the page whose keys are kept for longer than a run, so that they can but grow: for
   * their life, which {@link #leftovers} sees that they have.
   */
  static final Set<String> KEPT =
      Set.of(
          "push:failures:<user>",
          "push:notification:<id>",
          "push:notification:<id>:<page>",
          "room:used:<room>");

  /**
   * As in production but for the waits, since with those of production a run is over first, and for
   * limits of an address, since all users are at one.
   */
  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("CALL_RING_TIMEOUT", "4s"),
          Map.entry("CALL_RECONNECT_GRACE", "3s"),
          Map.entry("CHAT_IDLE_TTL", "8s"),
          Map.entry("CHAT_SEAT_TTL", "4s"),
          Map.entry("TIMELINE_TTL", "60s"),
          Map.entry("SOCKET_PING_INTERVAL", "10s"),
          Map.entry("SOCKET_PING_TIMEOUT", "5s"),
          Map.entry("RATE_ROOMS_PER_HOUR", "0"),
          Map.entry("RATE_ACCEPT_PER_MINUTE", "0"),
          Map.entry("RATE_RESERVE_PER_MINUTE", "0"),
          Map.entry("RATE_SUBSCRIBE_PER_MINUTE", "0"),
          Map.entry("RATE_ICE_PER_MINUTE", "0"),
          Map.entry("STUN_SERVER_URL", ""),
          Map.entry("WEBPUSH_ALLOW_HTTP", "on"),
          Map.entry("WEBPUSH_ALLOW_PRIVATE", "on"),
          Map.entry("WEBHOOK_ALLOW_PRIVATE", "on"),
          Map.entry("WEBHOOK_SECRET", "a secret of the soak that is long enough"),
          Map.entry("JAVA_OPTS", "-XX:NativeMemoryTracking=summary"));

  /** As many as everything at once takes. */
  private static final int WARM_UP_USERS = 40;

  private static final Duration TO_SETTLE = Duration.ofSeconds(120);
  private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

  /** Vert.x has up to twenty workers, which begin when there is something to do. */
  private static final int MORE_THREADS = 24;

  /** Pools of connections may still fill. */
  private static final int MORE_HANDLES = 10;

  /** What a row without a life may hold more than before anybody came, such as the last chat. */
  private static final int MORE_ENTRIES = 5;

  /** What holds all else of a client: with what refers to one of these, all of that stays. */
  private static final List<String> CONNECTION =
      List.of(
          "dev.switchboard.signaling.socketio.engine.EngineSession",
          "dev.switchboard.signaling.websocket.WebSocketChannel");

  private static final String CONNECTIONS =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
          + " AND pid <> pg_backend_pid()";

  private final Vertx vertx = Vertx.vertx();
  private final OwnRedis redis = OwnRedis.startOld("--appendfsync", "no");
  private final String database = RealPostgres.newDatabase();
  private final PgConnection postgres = Await.await(PgConnection.connect(vertx, database));
  private final Services services = new Services(vertx);
  private final RedisPage page = RedisPage.ofProject();
  private final RedisSurvey survey = new RedisSurvey(vertx, redis.url(), page);
  private final SwitchboardProcess process;
  private final ServerFigures figures;

  /** Nothing outlives this JVM, however it ends. */
  private final Thread end = new Thread(this::endProcesses);

  /** What there was before anybody came. */
  private Map<String, Double> before = Map.of();

  /**
   * Starts everything.
   *
   * @param settings beside those that every soak has
   */
  Soak(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(SETTINGS);
    all.put("REDIS_URL", redis.url());
    all.put("DATABASE_URL", database);
    all.put("WEBHOOK_URL", services.hook());
    all.put("SECRETS_KEY", TestSettings.SECRETS_KEY);
    all.putAll(settings);
    process = SwitchboardProcess.launch(TestSettings.with(all));
    figures = new ServerFigures(process.pid(), process.url());
    Runtime.getRuntime().addShutdownHook(end);
    process.awaitReady();
  }

  /**
   * Has everything happen once, so that the server has loaded what it needs for it. Throws {@link
   * IllegalStateException} if something does not go well.
   */
  void warmUp() {
    try (Server server = new Server(process.url())) {
      Crowd crowd = new Crowd(server, services, 0);
      crowd.come(WARM_UP_USERS);
      crowd.playEach();
      crowd.leave();
      if (!crowd.failures().isEmpty()) {
        throw new IllegalStateException(String.join(System.lineSeparator(), crowd.failures()));
      }
    }
    Await.until(() -> sockets() == 0, TO_SETTLE.toSeconds());
    before = look();
  }

  /**
   * Has users come, do things for as long as is said, and go.
   *
   * @param taken gets the figures now and then while things happen, on a thread of its own
   * @return what they did
   * @throws ExecutionException with what went wrong when the figures were looked at or taken
   */
  Crowd play(SoakOptions options, Consumer<Map<String, Double>> taken)
      throws InterruptedException, ExecutionException {
    try (Server server = new Server(process.url())) {
      Crowd crowd = new Crowd(server, services, options.seed());
      crowd.come(options.users());
      CountDownLatch over = new CountDownLatch(1);
      FutureTask<Void> looking =
          new FutureTask<>(
              () -> {
                while (!over.await(options.sample().toMillis(), TimeUnit.MILLISECONDS)) {
                  taken.accept(look());
                }
                return null;
              });
      Thread.ofPlatform().start(looking);
      // Without figures there is nothing to play for.
      crowd.playFor(options.length(), options.perSecond(), looking::isDone);
      over.countDown();
      looking.get();
      crowd.leave();
      return crowd;
    }
  }

  private double sockets() {
    return figures.metrics().sum("switchboard_sockets");
  }

  /** All figures, memory after a collection. Takes about a second. */
  private Map<String, Double> look() {
    double connections = figures.instances(CONNECTION);
    ServerFigures.Metrics metrics = figures.metrics();
    RedisSurvey.Found found = survey.look();
    Map<String, Double> now = new LinkedHashMap<>();
    now.put(Figure.HEAP, metrics.sum("jvm_gc_live_data_size_bytes"));
    ServerFigures.Native beside = figures.nativeMemory();
    now.put(Figure.DIRECT, beside.direct());
    now.put(Figure.NATIVE, beside.all());
    now.put(Figure.RESIDENT, figures.residentBytes());
    now.put(Figure.THREADS, figures.threads());
    now.put(Figure.HANDLES, figures.fileHandles());
    now.put(Figure.SOCKETS, metrics.sum("switchboard_sockets"));
    now.put(Figure.OBJECTS, connections);
    now.put(Figure.POSTGRES, postgresConnections());
    now.put(Figure.REDIS, (double) survey.info("clients", "connected_clients"));
    now.put(Figure.REDIS_BYTES, (double) survey.bytesBeside(KEPT, found));
    found
        .families()
        .forEach(
            (family, count) -> {
              now.put(Figure.KEYS + family, (double) count.keys);
              if (page.isEndless(family)) {
                now.put(Figure.ENTRIES + family, (double) count.entries);
              }
            });
    return now;
  }

  private double postgresConnections() {
    return Await.await(postgres.query(CONNECTIONS).execute()).iterator().next().getLong(0);
  }

  /**
   * What is there of users after all have gone; empty if nothing is. What goes by itself is waited
   * for.
   */
  List<String> leftovers() {
    countChatsOff();
    long end = System.nanoTime() + TO_SETTLE.toNanos();
    List<String> left = left();
    while (!left.isEmpty() && System.nanoTime() < end) {
      LockSupport.parkNanos(LOOK_NANOS);
      left = left();
    }
    return left;
  }

  /**
   * Chats that Redis has let go are counted off by the next message of any chat ({@code
   * chat:expiry}): has one said when all have been let go.
   */
  private void countChatsOff() {
    Await.until(
        () -> !survey.look().families().containsKey("chat:session:<session>"),
        TO_SETTLE.toSeconds());
    try (Server server = new Server(process.url())) {
      Crowd crowd = new Crowd(server, services, 0);
      crowd.come(3);
      crowd.playOne(Scenarios.CHAT);
      crowd.leave();
    }
  }

  private List<String> left() {
    List<String> left = new ArrayList<>();
    RedisSurvey.Found found = survey.look();
    found
        .unnamed()
        .forEach(key -> left.add("has no life, though docs/redis.md gives it one: " + key));
    found.unknown().forEach(key -> left.add("is not in docs/redis.md: " + key));
    found
        .families()
        .forEach(
            (family, count) -> {
              if (page.isEndless(family) && RedisPage.isOfEach(family)) {
                left.add(count.keys + " keys of " + family);
              }
              double most = before.getOrDefault(Figure.ENTRIES + family, 0.0) + MORE_ENTRIES;
              if (page.isEndless(family) && count.entries > most) {
                left.add(count.entries + " entries of " + family + ", above " + most);
              }
            });
    compare(left, Figure.SOCKETS, sockets(), 0);
    compare(left, Figure.OBJECTS, figures.instances(CONNECTION), 0);
    compare(left, Figure.THREADS, figures.threads(), MORE_THREADS);
    compare(left, Figure.HANDLES, figures.fileHandles(), MORE_HANDLES);
    return left;
  }

  private void compare(List<String> left, String figure, double now, int more) {
    double then = before.getOrDefault(figure, 0.0);
    if (now > then + more) {
      left.add("%.0f %s, before anybody came %.0f".formatted(now, figure, then));
    }
  }

  /** The figures before anybody came. */
  Map<String, Double> before() {
    return before;
  }

  /** What the fake services were sent. */
  String outbound() {
    return services.pushes() + " Web Pushes, " + services.hooks() + " webhooks";
  }

  private void endProcesses() {
    process.close();
    redis.close();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(end);
    survey.close();
    services.close();
    Await.await(postgres.close());
    endProcesses();
    Await.await(vertx.close());
  }
}
