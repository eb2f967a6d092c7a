package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.chaos.Event.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

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
    ReentrantLock target = targets.computeIfAbsent(fault.targetName(), name -> new ReentrantLock());
    target.lock();
    history.add(
        fault.targetName(), Kind.FAULT_BEGAN, fault.kind().name(), fault.forMillis() + " ms");
    try {
      inflict(fault);
    } catch (RuntimeException | AssertionError e) {
      failures.add(e);
    } finally {
      history.add(fault.targetName(), Kind.FAULT_ENDED, fault.kind().name());
      target.unlock();
    }
  }

  private void inflict(Fault fault) {
    switch (fault.kind()) {
      case NODE_KILLED -> {
        cluster.node(fault.target()).kill9();
        pause(fault.forMillis());
        cluster.bringUp(fault.target());
      }
    }
  }
}
