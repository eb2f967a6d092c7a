package dev.switchboard.push;

import com.sun.management.OperatingSystemMXBean;
import dev.switchboard.push.queue.PushOrder;
import dev.switchboard.push.queue.PushQueue;
import dev.switchboard.push.webpush.Browser;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.Tuple;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Notifications a second from the queue to a provider on loopback: {@code PushBenchmark
 * apns|fcm|webpush [devices] [seconds] [pages|single]}. First one to everyone, in pages, then as
 * many jobs of one device each, as calls cause them; or only one of both. The processor time is
 * that of this process, which is the server; provider, Redis and Postgres are processes of their
 * own.
 */
final class PushBenchmark {
  private static final int DEVICES = 20_000;
  private static final int SECONDS = 40;
  private static final long WAIT_SECONDS = 120;
  private static final long LOOK_NANOS = Duration.ofMillis(25).toNanos();

  /** As signaling writes them, a user each; all in one request, so that it costs nothing here. */
  private static final String CALLS =
      """
      for i = 1, ARGV[1] do
        redis.call('XADD', KEYS[1], '*', 'id', ARGV[2] .. i, 'cause', 'missed_call',
          'userId', 'user' .. i, 'devices', ARGV[3], 'data', ARGV[4], 'createdAt', ARGV[5],
          'deadline', ARGV[6])
      end
      """;

  private final String type;
  private final int devices;
  private final PushNode node;
  private final InstantSource clock;

  private PushBenchmark(String type, int devices, PushNode node, InstantSource clock) {
    this.type = type;
    this.devices = devices;
    this.node = node;
    this.clock = clock;
  }

  public static void main(String[] arguments) throws Exception {
    String provider = arguments[0];
    int devices = arguments.length > 1 ? Integer.parseInt(arguments[1]) : DEVICES;
    int seconds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : SECONDS;
    String only = arguments.length > 3 ? arguments[3] : "";
    PushRole.load();
    String database = RealPostgres.newDatabase();
    RealRedis.flush();
    InstantSource clock = InstantSource.system();
    try (var peer = PushBenchmarkPeer.Running.start(provider)) {
      Map<String, String> settings = new HashMap<>(peer.settings());
      settings.put("FCM_MESSAGES_PER_MINUTE", "1000000000");
      settings.put("SECRETS_KEY", Base64.getEncoder().encodeToString(new byte[32]));
      try (PushNode node =
          new PushNode("a", database, new RecordingSender(false), settings, clock)) {
        PushBenchmark benchmark = new PushBenchmark(provider, devices, node, clock);
        benchmark.register(settings.getOrDefault(PushBenchmarkPeer.ORIGIN, ""));
        if (!only.equals("single")) {
          benchmark.measure("pages", "custom", seconds, round -> benchmark.toEveryone());
        }
        if (!only.equals("pages")) {
          benchmark.measure("single", "missed_call", seconds, benchmark::calls);
        }
      }
    }
    System.exit(0);
  }

  private void register(String origin) {
    if (type.equals("webpush")) {
      subscribe(origin);
    } else {
      Await.await(
          node.postgres
              .preparedQuery(
                  "INSERT INTO push_tokens (user_id, type, token, device_id) SELECT 'user' || i,"
                      + " $1, lpad(to_hex(i), 64, '0'), 'phone' FROM generate_series(1, $2) AS i")
              .execute(Tuple.of(type, devices)));
    }
    Await.await(node.postgres.query("ANALYZE push_tokens").execute());
  }

  private void subscribe(String origin) {
    String key =
        node.request(HttpMethod.GET, "/api/v1/push/vapid-public-key", "", Buffer.buffer())
            .bodyAsJsonObject()
            .getString("public_key");
    List<Tuple> rows = new ArrayList<>();
    for (int i = 1; i <= devices; i++) {
      JsonObject keys = Browser.make().keys();
      rows.add(
          Tuple.of(
              "user" + i,
              origin + "/" + "e".repeat(100) + i,
              keys.getString("p256dh"),
              keys.getString("auth"),
              key));
    }
    Await.await(
        node.postgres
            .preparedQuery(
                "INSERT INTO push_tokens (user_id, type, token, device_id, p256dh, auth, vapid_key)"
                    + " VALUES ($1, 'webpush', $2, 'phone', $3, $4, $5)")
            .executeBatch(rows),
        WAIT_SECONDS);
  }

  /** Puts one round in the queue. */
  private interface Load {
    void queue(int round);
  }

  private void measure(String what, String cause, int seconds, Load load) {
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    for (int round = 1; System.nanoTime() < end; round++) {
      double wanted = node.counted(cause, "sent") + devices;
      long cpu = cpuNanos();
      long started = System.nanoTime();
      load.queue(round);
      awaitCount(cause, wanted);
      double took = (System.nanoTime() - started) / 1e9;
      double cpuSeconds = (cpuNanos() - cpu) / 1e9;
      System.out.printf(
          "%s %s round %d: %,d in %.2f s = %,.0f/s; %.1f us CPU each = %,.0f/s per core%n",
          type,
          what,
          round,
          devices,
          took,
          devices / took,
          cpuSeconds / devices * 1e6,
          devices / cpuSeconds);
    }
  }

  /** Looks seldom, since looking is processor time too. */
  private void awaitCount(String cause, double wanted) {
    long end = System.nanoTime() + Duration.ofSeconds(WAIT_SECONDS).toNanos();
    while (node.counted(cause, "sent") < wanted) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not sent within " + WAIT_SECONDS + " s");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private void toEveryone() {
    PushOrder order =
        new PushOrder(
            new JsonObject().put("title", "News").put("body", "Something has happened"),
            Duration.ofHours(1),
            null);
    node.withRedis(link -> new PushQueue(link, clock).toEveryone(order, true, null, devices));
  }

  private void calls(int round) {
    JsonObject data =
        new JsonObject()
            .put("type", "missed_call")
            .put("callId", "0199d7a0-7d3c-7000-8000-000000000000")
            .put("callerId", "bob")
            .put("callerName", "Bob")
            .put("timestamp", Long.toString(clock.millis()));
    node.withRedis(
        link ->
            link.send(
                Request.cmd(Command.EVAL)
                    .arg(CALLS)
                    .arg(1)
                    .arg(PushJobs.JOBS)
                    .arg(devices)
                    .arg("b" + round + "-")
                    .arg("[\"" + type + "|phone\"]")
                    .arg(data.encode())
                    .arg(clock.millis())
                    .arg(clock.millis() + Duration.ofHours(1).toMillis())));
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
