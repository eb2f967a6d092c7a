#!/bin/sh
# JDK 25: CompletableFuture.orTimeout wakes the one thread that keeps the timeouts of the process when it is called, and once more when the
# future completes in time, however far off the timeout is (java.util.concurrent.DelayScheduler, which replaced the ScheduledThreadPoolExecutor
# of earlier versions). JDK 17 wakes it for none of them. It is the usual way to bound what a library with such futures does, a push by pushy say:
# two wake-ups of another thread for each push.
# Needs no package, a JDK 25; run on 17 it shows what was.
# Seen 2026-11-30: "17.0.15: 0 wake-ups for 2000 futures", "25.0.3: 3973 wake-ups for 2000 futures".
# What we do: a timer of the event loop that asks (ApnsConnection, SenderLine). With orTimeout, two a push, a sixth of the processor time of a push
# by APNs went there, more than TLS took.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >Finding.java <<'JAVA'
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

public class Finding {
  static final int FUTURES = 2_000;

  /** How often the thread of the timeouts has gone to sleep. */
  static long sleeps() {
    long sleeps = 0;
    for (ThreadInfo thread : ManagementFactory.getThreadMXBean().dumpAllThreads(false, false)) {
      if (thread.getThreadName().toLowerCase().contains("delayscheduler")) {
        sleeps += thread.getWaitedCount();
      }
    }
    return sleeps;
  }

  public static void main(String[] args) throws Exception {
    // one that is due before all others, so that they change nothing for whoever waits
    new CompletableFuture<Void>().orTimeout(1, TimeUnit.HOURS);
    Thread.sleep(200);
    long before = sleeps();
    for (int i = 0; i < FUTURES; i++) {
      CompletableFuture<Void> future = new CompletableFuture<>();
      future.orTimeout(2, TimeUnit.HOURS);
      Thread.sleep(0, 500_000);
      future.complete(null);
      Thread.sleep(0, 500_000);
    }
    long woken = sleeps() - before;
    System.out.println(System.getProperty("java.version") + ": " + woken + " wake-ups for " + FUTURES + " futures");
    boolean expected = Runtime.version().feature() >= 25 ? woken > FUTURES : woken < FUTURES / 10;
    System.exit(expected ? 0 : 1);
  }
}
JAVA
java Finding.java
