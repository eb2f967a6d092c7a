package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.chaos.Event.Kind;
import dev.switchboard.deploy.chaos.Link.Way;
import dev.switchboard.deploy.chaos.Reception.Mood;
import dev.switchboard.deploy.testing.OwnClock;
import dev.switchboard.deploy.testing.RedisWithSentinel;
import dev.switchboard.shared.testing.RealPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/** Does to a cluster what a plan says, and writes it down. */
final class Injector {
  private final Cluster cluster;
  private final History history;
  private final Map<String, ReentrantLock> targets = new ConcurrentHashMap<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  Injector(Cluster cluster, History history) {
    this.cluster = cluster;
    this.history = history;
  }

  /** Returns when the last fault is over and the cluster is whole again. */
  void run(Plan plan) throws InterruptedException {
    long began = history.nowMillis();
    List<Thread> threads = new ArrayList<>();
    for (Fault fault : plan.faults()) {
      waitUntil(began + fault.atMillis());
      threads.add(Thread.ofVirtual().name(fault.toString()).start(() -> suffer(fault)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      throw new AssertionError("a fault could not be made or mended", failures.peek());
    }
  }

  private void waitUntil(long atMillis) {
    while (history.nowMillis() < atMillis) {
      pause(atMillis - history.nowMillis());
    }
  }

  private static void pause(long millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** One at a time for each target: mending may take longer than planned. */
  private void suffer(Fault fault) {
    List<ReentrantLock> locks =
        fault.parts().stream()
            .map(part -> targets.computeIfAbsent(part, name -> new ReentrantLock()))
            .toList();
    locks.forEach(ReentrantLock::lock);
    history.add(
        fault.targetName(), Kind.FAULT_BEGAN, fault.kind().name(), fault.forMillis() + " ms");
    try {
      inflict(fault);
    } catch (RuntimeException | AssertionError e) {
      failures.add(e);
    } finally {
      history.add(fault.targetName(), Kind.FAULT_ENDED, fault.kind().name());
      locks.forEach(ReentrantLock::unlock);
    }
  }

  private void inflict(Fault fault) {
    long millis = fault.forMillis();
    int target = fault.target();
    RedisWithSentinel servers = cluster.redis();
    switch (fault.kind()) {
      case NODE_KILLED -> {
        cluster.node(target).kill9();
        pause(millis);
        cluster.bringUp(target);
      }
      case NODE_FROZEN -> during(millis, cluster.node(target)::pause, cluster.node(target)::resume);
      case NODE_RESTARTED -> restart(target);
      case ALL_RESTARTED -> IntStream.range(0, Cluster.NODES).forEach(this::restart);
      case NODE_WITHOUT_REDIS ->
          during(millis, () -> cluster.cutFromRedis(target), () -> cluster.healRedis(target));
      case NODE_UNHEARD_BY_REDIS ->
          during(
              millis, () -> cluster.holdRedis(target, Way.THERE), () -> cluster.healRedis(target));
      case NODE_UNANSWERED_BY_REDIS ->
          during(
              millis, () -> cluster.holdRedis(target, Way.BACK), () -> cluster.healRedis(target));
      case CLOCK_AHEAD -> during(cluster.clock(target), millis, FaultKind.CLOCK_STEP);
      case CLOCK_BEHIND -> during(cluster.clock(target), millis, -FaultKind.CLOCK_STEP);
      case DISK_FULL ->
          during(millis, () -> cluster.fillDisk(target), () -> cluster.clearDisk(target));
      case NODES_APART -> {
        int[] pair = Ways.pair(target);
        during(
            millis,
            () -> {
              cluster.pass(pair[0], pair[1], false);
              cluster.pass(pair[1], pair[0], false);
            },
            () -> {
              cluster.pass(pair[0], pair[1], true);
              cluster.pass(pair[1], pair[0], true);
            });
      }
      case NODE_UNHEARD ->
          during(
              millis,
              () -> cluster.pass(Ways.from(target), Ways.to(target), false),
              () -> cluster.pass(Ways.from(target), Ways.to(target), true));
      case REDIS_FROZEN -> servers.whileHung(() -> pause(millis));
      case REDIS_GONE -> during(millis, servers::stop, servers::start);
      case REDIS_FAILED_OVER -> {
        servers.kill();
        pause(millis);
        servers.failOver();
        servers.followAgain();
      }
      case REDIS_CLOCK_AHEAD -> during(cluster.redisClock(), millis, 1);
      case REDIS_CLOCK_BEHIND -> during(cluster.redisClock(), millis, -1);
      case REDIS_EMPTIED -> servers.command("FLUSHALL");
      case REDIS_FULL ->
          during(
              millis,
              () -> servers.command("CONFIG SET maxmemory 1"),
              () -> servers.command("CONFIG SET maxmemory 0"));
      case SCRIPTS_FORGOTTEN -> servers.command("SCRIPT FLUSH");
      case POSTGRES_GONE -> during(millis, RealPostgres::stop, RealPostgres::start);
      case POSTGRES_READ_ONLY ->
          during(millis, () -> cluster.readOnly(true), () -> cluster.readOnly(false));
      case RELAY_KILLED -> during(millis, cluster::killRelay, cluster::startRelay);
      case PROVIDER_SLOW -> provider(target, Mood.SLOW, millis);
      case PROVIDER_REFUSES -> provider(target, Mood.REFUSING, millis);
      case PROVIDER_LIES -> provider(target, Mood.LYING, millis);
    }
  }

  /** A clock is off by so many times as long. */
  private static void during(OwnClock clock, long millis, int step) {
    during(
        millis, () -> clock.set(Duration.ofMillis(millis * step)), () -> clock.set(Duration.ZERO));
  }

  private void restart(int node) {
    cluster.node(node).terminate();
    cluster.bringUp(node);
  }

  private void provider(int number, Mood mood, long millis) {
    Reception reception = cluster.providers().get(number).reception();
    during(millis, () -> reception.be(mood), () -> reception.be(Mood.WELL));
  }

  private static void during(long millis, Runnable begin, Runnable end) {
    begin.run();
    pause(millis);
    end.run();
  }
}
