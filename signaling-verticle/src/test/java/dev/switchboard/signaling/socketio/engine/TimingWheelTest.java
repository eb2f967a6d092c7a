package dev.switchboard.signaling.socketio.engine;

import static dev.switchboard.shared.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TimingWheelTest {
  private static final long TICK_MILLIS = 5;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final List<String> fired = new CopyOnWriteArrayList<>();
  private final TimingWheel wheel = onLoop(() -> new TimingWheel(vertx, TICK_MILLIS));

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private <T> T onLoop(Supplier<T> step) {
    Promise<T> done = Promise.promise();
    context.runOnContext(now -> done.complete(step.get()));
    return await(done.future());
  }

  private final class Named extends TimingWheel.Entry {
    private final String name;
    private final Runnable then;

    Named(String name, Runnable then) {
      this.name = name;
      this.then = then;
    }

    @Override
    protected void expired() {
      fired.add(name + (isArmed() ? " armed" : ""));
      then.run();
    }
  }

  private Named entry(String name) {
    return new Named(name, () -> {});
  }

  private void schedule(Named entry, long millis) {
    onLoop(
        () -> {
          wheel.schedule(entry, millis);
          return true;
        });
  }

  @Test
  void entriesFireInTheOrderOfTheirDeadlinesAndNeverBeforeThem() {
    long begun = System.nanoTime();
    schedule(entry("b"), 60);
    schedule(entry("a"), 20);
    Await.until(() -> fired.size() == 2);
    assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(60_000_000L);
    assertThat(fired).containsExactly("a", "b");
  }

  @Test
  void aDeadlineFurtherAwayThanTheWheelIsLongFiresInItsTurn() {
    long wheelMillis = 512 * TICK_MILLIS;
    Named far = entry("far");
    schedule(far, wheelMillis + 20);
    schedule(entry("near"), 20);
    Await.until(() -> fired.contains("near"));
    assertThat(onLoop(far::isArmed)).isTrue();
    Await.until(() -> fired.contains("far"));
    assertThat(fired).containsExactly("near", "far");
  }

  @Test
  void aMovedEntryFiresOnceAndACancelledOneNever() {
    Named moved = entry("moved");
    Named cancelled = entry("cancelled");
    schedule(moved, 10_000);
    schedule(cancelled, 10);
    onLoop(
        () -> {
          wheel.cancel(cancelled);
          wheel.cancel(cancelled);
          wheel.schedule(moved, 10);
          return true;
        });
    schedule(entry("last"), 80);
    Await.until(() -> fired.contains("last"));
    assertThat(fired).containsExactly("moved", "last");
  }

  @Test
  void anEntryMayArmItselfAndCancelOthersWhenItFires() {
    Named other = entry("other");
    Named[] again = new Named[1];
    again[0] =
        new Named(
            "again",
            () -> {
              wheel.cancel(other);
              if (fired.size() < 3) {
                wheel.schedule(again[0], 1);
              }
            });
    onLoop(
        () -> {
          wheel.schedule(again[0], 10);
          wheel.schedule(other, 10);
          return true;
        });
    Await.until(() -> fired.size() == 3);
    assertThat(fired).containsExactly("again", "again", "again");
  }
}
