package dev.switchboard.shared.schedule;

import static dev.switchboard.shared.testing.Await.await;
import static dev.switchboard.shared.testing.Await.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeriodicTaskTest {
  private static final long NEVER = 3_600_000;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();

  /** The steps that were begun; each is under way until the test ends it. */
  private final List<Promise<Void>> steps = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private Future<Void> step() {
    Promise<Void> step = Promise.promise();
    steps.add(step);
    return step.future();
  }

  private <T> T onContext(Supplier<T> what) {
    Promise<T> done = Promise.promise();
    context.runOnContext(now -> done.complete(what.get()));
    return await(done.future());
  }

  private PeriodicTask start(long pauseMillis) {
    return onContext(() -> PeriodicTask.start(vertx, "A test", pauseMillis, this::step));
  }

  /** What was put on the event loop before has run. */
  private void settle() {
    onContext(() -> true);
    onContext(() -> true);
  }

  private void soon(PeriodicTask task) {
    onContext(
        () -> {
          task.soon();
          return true;
        });
  }

  @Test
  void aStepFollowsTheOneBeforeAndNeverOverlapsIt() {
    start(1);
    until(() -> steps.size() == 1);
    settle();
    assertThat(steps).hasSize(1);

    steps.get(0).complete();
    until(() -> steps.size() == 2);
  }

  @Test
  void aStepThatFailsOrThrowsIsTriedAgain() {
    start(NEVER);
    until(() -> steps.size() == 1);
    steps.get(0).fail("refused");
    until(() -> steps.size() == 2);
    steps.get(1).fail("refused again");
    until(() -> steps.size() == 3);

    List<String> thrown = new CopyOnWriteArrayList<>();
    onContext(
        () ->
            PeriodicTask.start(
                vertx,
                "A throwing test",
                NEVER,
                () -> {
                  thrown.add("once more");
                  throw new IllegalStateException("thrown");
                }));
    until(() -> thrown.size() == 3);
  }

  @Test
  void soonCutsThePauseShort() {
    PeriodicTask task = start(NEVER);
    until(() -> steps.size() == 1);
    steps.get(0).complete();
    settle();
    assertThat(steps).hasSize(1);

    soon(task);
    until(() -> steps.size() == 2);
  }

  @Test
  void soonDuringAStepIsFollowedByAnotherWithoutAPause() {
    PeriodicTask task = start(NEVER);
    until(() -> steps.size() == 1);
    soon(task);
    settle();
    assertThat(steps).hasSize(1);

    steps.get(0).complete();
    until(() -> steps.size() == 2);
  }

  @Test
  void startAfterPauseBeginsWithThePause() {
    PeriodicTask task =
        onContext(() -> PeriodicTask.startAfterPause(vertx, "A test", NEVER, this::step));
    settle();
    assertThat(steps).isEmpty();

    soon(task);
    until(() -> steps.size() == 1);
  }

  @Test
  void stopWaitsForTheStepUnderWayAndBeginsNoOther() {
    PeriodicTask task = start(1);
    until(() -> steps.size() == 1);
    Future<Void> stopped = onContext(task::stop);
    settle();
    assertThat(stopped.isComplete()).isFalse();

    steps.get(0).fail("ended late");
    await(stopped);
    assertThat(steps).hasSize(1);
  }

  @Test
  void stopInThePauseIsOverAtOnce() {
    PeriodicTask task = start(NEVER);
    until(() -> steps.size() == 1);
    steps.get(0).complete();
    settle();

    await(onContext(task::stop));
    await(onContext(task::stop));
    assertThat(steps).hasSize(1);
  }

  @Test
  void stepsRunOnTheContextThatStartedItWhereverTheirFuturesComplete() {
    List<Context> ranOn = new CopyOnWriteArrayList<>();
    onContext(
        () ->
            PeriodicTask.start(
                vertx,
                "A test",
                1,
                () -> {
                  ranOn.add(Vertx.currentContext());
                  return step();
                }));
    until(() -> steps.size() == 1);
    // on the test's own thread
    steps.get(0).complete();
    until(() -> ranOn.size() == 2);

    assertThat(ranOn).containsOnly(context);
  }
}
