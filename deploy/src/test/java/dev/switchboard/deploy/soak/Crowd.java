package dev.switchboard.deploy.soak;

import dev.switchboard.deploy.soak.Scenarios.Scenario;
import dev.switchboard.shared.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Users who do things together, so many a second. Used by one thread, which leads them. */
final class Crowd {
  /** How many come or go at a time. */
  private static final int DOOR = 16;

  private static final long SECONDS_TO_END = 120;
  private static final int MESSAGES_KEPT = 10;

  private final Server server;
  private final List<Scenario> scenarios;
  private final Random choice;

  /** Those who do nothing right now. */
  private final List<User> idle = new ArrayList<>();

  private final Map<String, Tally> tallies = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private final AtomicInteger playing = new AtomicInteger();

  /** How often something was done, and how often it went wrong. */
  static final class Tally {
    int played;
    int failed;
  }

  Crowd(Server server, Services services, long seed) {
    this.server = server;
    this.scenarios = new Scenarios(server, services).all();
    this.choice = new Random(seed);
  }

  /** Has so many users come, of whom one of ten can't have WebSockets. */
  void come(int users) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < users; i++) {
      numbers.add(i);
    }
    throughTheDoor(
        numbers,
        number -> {
          User user = new User(server, "user" + number, number % 10 == 9);
          synchronized (idle) {
            idle.add(user);
          }
        });
  }

  /** Has everything happen once, all at the same time, and waits until it is over. */
  void playEach() {
    for (Scenario scenario : scenarios) {
      if (!begin(scenario)) {
        throw new IllegalStateException("too few users for " + scenario);
      }
    }
    awaitEnd();
  }

  /** Has one thing happen, by its name, and waits until it is over. */
  void playOne(String name) {
    Scenario wanted =
        scenarios.stream().filter(scenario -> scenario.name().equals(name)).findFirst().get();
    if (!begin(wanted)) {
      throw new IllegalStateException("too few users for " + wanted);
    }
    awaitEnd();
  }

  /**
   * Has things happen for a time, and waits until those that have begun are over.
   *
   * @param stop says that it is enough before that
   */
  void playFor(Duration time, double perSecond, BooleanSupplier stop) {
    long end = System.nanoTime() + time.toNanos();
    long pause = (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
    for (long next = System.nanoTime(); next < end && !stop.getAsBoolean(); next += pause) {
      LockSupport.parkNanos(next - System.nanoTime());
      begin(choose());
    }
    awaitEnd();
  }

  private void awaitEnd() {
    Await.until(() -> playing.get() == 0, SECONDS_TO_END);
  }

  /** False if too few users have nothing to do. */
  private boolean begin(Scenario scenario) {
    Random own = new Random(choice.nextLong());
    List<User> users = take(scenario.users());
    if (users == null) {
      return false;
    }
    playing.incrementAndGet();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                play(scenario, users, own);
              } finally {
                playing.decrementAndGet();
              }
            });
    return true;
  }

  private Scenario choose() {
    int mark = choice.nextInt(scenarios.stream().mapToInt(Scenario::weight).sum());
    for (Scenario scenario : scenarios) {
      mark -= scenario.weight();
      if (mark < 0) {
        return scenario;
      }
    }
    throw new IllegalStateException("no scenario");
  }

  /** Some who do nothing else; null if there are too few. */
  private @Nullable List<User> take(int number) {
    synchronized (idle) {
      if (idle.size() < number) {
        return null;
      }
      List<User> taken = new ArrayList<>();
      for (int i = 0; i < number; i++) {
        // The last takes the place of who goes, so that this does not shift a thousand.
        User last = idle.removeLast();
        int place = choice.nextInt(idle.size() + 1);
        taken.add(place == idle.size() ? last : idle.set(place, last));
      }
      return taken;
    }
  }

  private void play(Scenario scenario, List<User> users, Random own) {
    String failure = "";
    try {
      scenario.act().play(users, own);
    } catch (RuntimeException e) {
      failure = scenario.name() + ": " + why(e);
      users.forEach(Crowd::startAnew);
    }
    synchronized (tallies) {
      Tally tally = tallies.computeIfAbsent(scenario.name(), name -> new Tally());
      tally.played++;
      if (!failure.isEmpty()) {
        tally.failed++;
        if (failures.size() < MESSAGES_KEPT) {
          failures.add(failure);
        }
      }
    }
    synchronized (idle) {
      idle.addAll(users);
    }
  }

  private static String why(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure + (cause == null ? "" : "; " + cause);
  }

  /** Whatever state it was left in, it is connected and registered anew. */
  private static void startAnew(User user) {
    user.drop();
    for (int i = 0; i < 10; i++) {
      try {
        user.comeBack();
        return;
      } catch (RuntimeException e) {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1 + ThreadLocalRandom.current().nextInt(3)));
      }
    }
  }

  /** Has everybody log out and go. */
  void leave() {
    List<User> all;
    synchronized (idle) {
      all = List.copyOf(idle);
      idle.clear();
    }
    throughTheDoor(all, User::leave);
  }

  private static <T> void throughTheDoor(List<T> all, Consumer<T> each) {
    Semaphore door = new Semaphore(DOOR);
    List<RuntimeException> failed = new ArrayList<>();
    for (T one : all) {
      door.acquireUninterruptibly();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  each.accept(one);
                } catch (RuntimeException e) {
                  synchronized (failed) {
                    failed.add(e);
                  }
                } finally {
                  door.release();
                }
              });
    }
    door.acquireUninterruptibly(DOOR);
    synchronized (failed) {
      if (!failed.isEmpty()) {
        throw new IllegalStateException(failed.size() + " of " + all.size(), failed.getFirst());
      }
    }
  }

  /** What has been done, by its name. */
  Map<String, Tally> tallies() {
    synchronized (tallies) {
      return new TreeMap<>(tallies);
    }
  }

  /** The first things that went wrong. */
  List<String> failures() {
    synchronized (tallies) {
      return List.copyOf(failures);
    }
  }
}
