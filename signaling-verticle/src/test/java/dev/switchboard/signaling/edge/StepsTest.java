package dev.switchboard.signaling.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StepsTest {
  private final List<String> happened = new ArrayList<>();
  private final Steps steps =
      new Steps("client", () -> happened.add("busy"), () -> happened.add("free"));

  private Promise<Void> step(String name) {
    Promise<Void> end = Promise.promise();
    steps.run(
        () -> {
          happened.add(name);
          return end.future();
        });
    return end;
  }

  private void quick(String name) {
    steps.run(
        () -> {
          happened.add(name);
          return Future.succeededFuture();
        });
  }

  @Test
  void aStepThatEndsAtOnceMakesNobodyWait() {
    quick("a");
    quick("b");
    assertThat(happened).containsExactly("a", "b");
    assertThat(steps.areBusy()).isFalse();
  }

  @Test
  void laterStepsWaitForEarlierOnes() {
    Promise<Void> first = step("a");
    quick("b");
    Promise<Void> third = step("c");
    quick("d");
    assertThat(happened).containsExactly("a", "busy");
    first.complete();
    assertThat(happened).containsExactly("a", "busy", "b", "c");
    assertThat(steps.areBusy()).isTrue();
    third.complete();
    assertThat(happened).containsExactly("a", "busy", "b", "c", "d", "free");
  }

  @Test
  void aStepThatFailsHoldsUpNoOther() {
    Promise<Void> first = step("a");
    steps.run(
        () -> {
          throw new IllegalStateException("a bug");
        });
    quick("c");
    first.fail("away");
    assertThat(happened).containsExactly("a", "busy", "c", "free");
  }

  @Test
  void aStepAskedForWithinAnotherFollowsIt() {
    Promise<Void> nested = Promise.promise();
    steps.run(
        () -> {
          steps.run(
              () -> {
                happened.add("nested");
                return nested.future();
              });
          happened.add("outer");
          return Future.succeededFuture();
        });
    quick("later");
    assertThat(happened).containsExactly("outer", "nested", "busy");
    nested.complete();
    assertThat(happened).containsExactly("outer", "nested", "busy", "later", "free");
  }
}
