package dev.switchboard.shared.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class in which an event loop of Vert.x waited for something. It goes by the state of
 * the thread and not by how long a task took, so that a slow machine is no failure: an event loop
 * that has nothing to do is in its selector, and anything else that waits is a blocking call. A
 * module makes it active for all its tests by JUnit's service file, a class by {@code ExtendWith}.
 */
public final class BlockingCallDetector implements BeforeAllCallback, AfterAllCallback {
  private static final String EVENT_LOOP = "vert.x-eventloop-thread-";
  private static final long LOOK_NANOS = 20_000_000;

  /** A lock that another thread gives back soon is no blocking call. */
  private static final int LOOKS = 5;

  private static final Queue<String> found = new ConcurrentLinkedQueue<>();
  private static boolean watching;

  @Override
  public void beforeAll(ExtensionContext context) {
    synchronized (found) {
      if (!watching) {
        watching = true;
        Thread.ofPlatform().daemon().name("blocking-call-detector").start(Watch::look);
      }
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    List<String> blocked = drain();
    if (!blocked.isEmpty()) {
      throw new AssertionError("an event loop was blocked:\n" + String.join("\n\n", blocked));
    }
  }

  /** What was found since it was last asked for: a thread and its stack each. */
  static List<String> drain() {
    List<String> drained = new ArrayList<>();
    for (String one = found.poll(); one != null; one = found.poll()) {
      drained.add(one);
    }
    return drained;
  }

  /** How long each thread has been seen waiting at one place. */
  private static final class Watch {
    private record Waiting(List<StackTraceElement> at, int looks) {}

    private final Map<Thread, Waiting> waiting = new HashMap<>();

    static void look() {
      Watch watch = new Watch();
      while (true) {
        watch.lookOnce();
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }

    private void lookOnce() {
      ThreadGroup all = Thread.currentThread().getThreadGroup();
      Thread[] threads = new Thread[all.activeCount() * 2 + 16];
      int count = all.enumerate(threads);
      waiting.keySet().retainAll(Arrays.asList(threads));
      for (int i = 0; i < count; i++) {
        Thread thread = Objects.requireNonNull(threads[i]);
        if (thread.getName().startsWith(EVENT_LOOP)) {
          look(thread);
        }
      }
    }

    private void look(Thread thread) {
      Thread.State state = thread.getState();
      if (state != Thread.State.WAITING && state != Thread.State.TIMED_WAITING) {
        waiting.remove(thread);
        return;
      }
      List<StackTraceElement> stack = List.of(thread.getStackTrace());
      Waiting before = waiting.get(thread);
      int looks = before != null && before.at.equals(stack) ? before.looks + 1 : 1;
      waiting.put(thread, new Waiting(stack, looks));
      if (looks == LOOKS && !isLogging(stack)) {
        found.add(thread.getName() + "\n  at " + String.join("\n  at ", lines(stack)));
      }
    }

    /** Writers of one log wait for each other, and a console may be slow. */
    private static boolean isLogging(List<StackTraceElement> stack) {
      return stack.stream().anyMatch(frame -> frame.getClassName().startsWith("ch.qos.logback."));
    }

    private static List<String> lines(List<StackTraceElement> stack) {
      return stack.stream().map(StackTraceElement::toString).toList();
    }
  }
}
