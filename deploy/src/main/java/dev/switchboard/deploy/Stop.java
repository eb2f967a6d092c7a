package dev.switchboard.deploy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process, in order and in time: first the server, then what was started for it. A signal
 * counts from the first moment on, also while the back ends are still starting.
 */
final class Stop {
  /** The process is gone within 25 s of the signal, whatever hangs. */
  private static final long ALL_SECONDS = 24;

  /** What the back ends may take of that. */
  private static final long BACK_ENDS_SECONDS = 6;

  private static final Logger log = LoggerFactory.getLogger(Stop.class);

  private final AtomicBoolean begun = new AtomicBoolean();
  private volatile @Nullable BackEnds backEnds;
  private volatile @Nullable Server server;

  /** From now on SIGINT and SIGTERM stop what there is. */
  void onSignal(BackEnds started) {
    backEnds = started;
    Runtime.getRuntime().addShutdownHook(new Thread(this::signalled, "stop"));
  }

  /** The server is to be stopped too. */
  void running(Server started) {
    server = started;
  }

  /** True once a signal ends the process: what fails since then fails because of it. */
  boolean isUnderWay() {
    Thread none = new Thread(() -> {});
    try {
      // The JVM has no other way to ask it.
      Runtime.getRuntime().addShutdownHook(none);
      Runtime.getRuntime().removeShutdownHook(none);
      return false;
    } catch (IllegalStateException _) {
      return true;
    }
  }

  /** Stops as a signal does. Returns at once. */
  void byOrder() {
    Thread.ofPlatform().daemon().name("stop-by-order").start(() -> Runtime.getRuntime().exit(0));
  }

  private void signalled() {
    if (begun.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("stop-deadline").start(Stop::haltInTime);
      stopServer();
      closeBackEnds();
      // An orderly stop is a success; without this the signal's own code would be returned.
      Runtime.getRuntime().halt(0);
    }
  }

  private static void haltInTime() {
    try {
      TimeUnit.SECONDS.sleep(ALL_SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    log.warn("not everything stopped in time");
    Runtime.getRuntime().halt(0);
  }

  private void stopServer() {
    Server running = server;
    if (running == null) {
      return;
    }
    log.info("stopping: clients are sent elsewhere");
    BackEnds ours = backEnds;
    long spared = ours == null || ours.isEmpty() ? 1 : BACK_ENDS_SECONDS;
    try {
      running.stop().await(ALL_SECONDS - spared, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      log.warn("the server did not stop in time");
    } catch (Exception e) {
      log.warn("stopping", e);
    }
  }

  private void closeBackEnds() {
    BackEnds ours = backEnds;
    if (ours != null) {
      ours.close();
    }
  }

  /** The start has failed: closes what there is and ends the process with this code. */
  void failed(int code) {
    if (begun.compareAndSet(false, true)) {
      closeBackEnds();
      Runtime.getRuntime().halt(code);
    }
  }
}
