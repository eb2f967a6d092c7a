package dev.switchboard.push;

import com.sun.management.OperatingSystemMXBean;
import dev.switchboard.push.queue.PushOrder;
import dev.switchboard.push.queue.PushQueue;
import dev.switchboard.push.testing.ApnsPeer;
import dev.switchboard.push.testing.FcmPeer;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * Notifications a second from the queue to a provider on loopback, in batches to everyone: {@code
 * PushBenchmark apns|fcm [devices] [rounds]}. The CPU time is that of this process, so of the
 * provider's mock too; Redis and Postgres are processes of their own.
 */
final class PushBenchmark {
  private static final int DEVICES = 20_000;
  private static final int ROUNDS = 4;

  private PushBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    String provider = arguments[0];
    int devices = arguments.length > 1 ? Integer.parseInt(arguments[1]) : DEVICES;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : ROUNDS;
    String database = RealPostgres.newDatabase();
    RealRedis.flush();
    if (provider.equals("apns")) {
      try (ApnsPeer peer = new ApnsPeer(RealRedis.freePort())) {
        run("apns", database, peer.settings(), devices, rounds);
      }
    } else {
      try (FcmPeer peer = new FcmPeer()) {
        Map<String, String> settings = new HashMap<>(peer.settings());
        settings.put("FCM_MESSAGES_PER_MINUTE", "1000000000");
        run("fcm", database, settings, devices, rounds);
      }
    }
    System.exit(0);
  }

  private static void run(
      String type, String database, Map<String, String> settings, int devices, int rounds) {
    InstantSource clock = InstantSource.system();
    try (PushNode node = new PushNode("a", database, new RecordingSender(false), settings, clock)) {
      Await.await(
          node.postgres
              .query(
                  "INSERT INTO push_tokens (user_id, type, token, device_id)"
                      + " SELECT 'user' || i, '"
                      + type
                      + "', lpad(to_hex(i), 64, '0'), 'phone' FROM generate_series(1, "
                      + devices
                      + ") AS i")
              .execute());
      PushOrder order =
          new PushOrder(
              new JsonObject().put("title", "News").put("body", "Something has happened"),
              Duration.ofHours(1),
              null);
      for (int round = 1; round <= rounds; round++) {
        int wanted = round * devices;
        long cpu = cpuNanos();
        long started = System.nanoTime();
        node.withRedis(link -> new PushQueue(link, clock).toEveryone(order, true, devices));
        Await.until(() -> node.counted("custom", "sent") >= wanted, 120);
        double seconds = (System.nanoTime() - started) / 1e9;
        double cpuSeconds = (cpuNanos() - cpu) / 1e9;
        System.out.printf(
            "%s round %d: %,d in %.2f s = %,.0f/s; %.1f us CPU each, mock included = %,.0f/s per"
                + " core%n",
            type,
            round,
            devices,
            seconds,
            devices / seconds,
            cpuSeconds / devices * 1e6,
            devices / cpuSeconds);
      }
    }
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
