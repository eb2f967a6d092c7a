package dev.switchboard.deploy.idle;

import dev.switchboard.deploy.testing.ServerFigures;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import dev.switchboard.deploy.testing.TestSettings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.OwnRedis;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** One server with a Redis and a Postgres of its own, and its idle clients. Used by one thread. */
final class IdleRun implements AutoCloseable {
  /** They come and go first, so that code and buffers of the first ones are not counted. */
  private static final int FIRST = 300;

  private static final long SECONDS_TO_CONNECT = 60;
  private static final int EACH_SECOND = 100;
  private static final long SECONDS_TO_GO = 60;
  private static final Duration TO_SETTLE = Duration.ofSeconds(3);

  private final String secret;
  private final OwnRedis redis = OwnRedis.startOld("--appendfsync", "no");
  private final SwitchboardProcess server;
  private final ServerFigures figures;
  private final InetSocketAddress address;

  /** Nothing outlives this JVM, however it ends. */
  private final Thread end = new Thread(this::endProcesses);

  /**
   * Starts the server.
   *
   * @param settings beside those that it needs; {@code JVM} are the JVM's words
   */
  IdleRun(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(Map.of("REDIS_URL", redis.url()));
    all.put("SECRETS_KEY", TestSettings.SECRETS_KEY);
    all.put("PUSH_PROVIDERS", "mock");
    all.put("STUN_SERVER_URL", "");
    all.putAll(settings);
    all = TestSettings.with(all);
    secret = all.get("JWT_SECRET");
    server = SwitchboardProcess.launch(all);
    Runtime.getRuntime().addShutdownHook(end);
    server.awaitReady();
    figures = new ServerFigures(server.pid(), server.url());
    address = new InetSocketAddress("127.0.0.1", server.url().getPort());
  }

  /**
   * Has so many connect, do nothing for a time, and then stops the server. Throws if one can't
   * connect, or is lost before that.
   *
   * @param progress is told what happens
   */
  IdleFigures measure(int connections, Duration idle, Consumer<String> progress) {
    try (IdleClients first = new IdleClients(address, secret, "first")) {
      connect(first, FIRST);
    }
    Await.until(() -> figures.metrics().sum("switchboard_sockets") == 0, SECONDS_TO_GO);
    progress.accept("nobody there");
    double restCpu = cpuOf(idle);
    Memory empty = memory();
    try (IdleClients clients = new IdleClients(address, secret, "idle")) {
      progress.accept("they come");
      double cpu = figures.cpuSeconds();
      connect(clients, connections);
      double connectCpu = figures.cpuSeconds() - cpu;
      LockSupport.parkNanos(TO_SETTLE.toNanos());
      Memory full = memory();
      progress.accept("all are there");
      long pings = clients.pings();
      long began = System.nanoTime();
      double idleCpu = cpuOf(idle);
      double seconds = (System.nanoTime() - began) / 1e9;
      pings = clients.pings() - pings;
      if (clients.gone() > 0) {
        throw new IllegalStateException(clients.gone() + " were lost while they were idle");
      }
      progress.accept("the server stops");
      began = System.nanoTime();
      server.terminate();
      double drained = (System.nanoTime() - began) / 1e9;
      Await.until(() -> clients.gone() == connections, SECONDS_TO_GO);
      return new IdleFigures(
          connections,
          connectCpu,
          empty.resident,
          full.resident,
          empty.heap,
          full.heap,
          seconds,
          idleCpu,
          restCpu,
          pings,
          drained,
          clients.gone(),
          clients.told());
    }
  }

  private static void connect(IdleClients clients, int count) {
    clients.want(count);
    Await.until(() -> clients.registered() == count, SECONDS_TO_CONNECT + count / EACH_SECOND);
  }

  private double cpuOf(Duration time) {
    double before = figures.cpuSeconds();
    LockSupport.parkNanos(time.toNanos());
    return figures.cpuSeconds() - before;
  }

  private record Memory(double resident, double heap) {}

  /** After a collection. */
  private Memory memory() {
    figures.instances(List.of());
    double resident = figures.residentBytes();
    return new Memory(resident, figures.metrics().sum("jvm_gc_live_data_size_bytes"));
  }

  private void endProcesses() {
    server.close();
    redis.close();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(end);
    endProcesses();
  }
}
