package dev.switchboard.push.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CauseLookTest {
  private final List<String> asked = new ArrayList<>();
  private String over = "";
  private final CauseLook look =
      CauseLook.by(
          () -> {
            asked.add(over);
            return Future.succeededFuture(over);
          });

  private void untilStale() {
    Await.until(() -> !look.isFresh());
  }

  @Test
  void looksAgainOnlyAfterAWait() {
    untilStale();
    assertThat(look.again().succeeded()).isTrue();
    assertThat(asked).hasSize(1);
    untilStale();
    over = "call_over";
    assertThat(look.again().cause())
        .isInstanceOf(CauseLook.OverException.class)
        .hasMessage("call_over");
  }

  @Test
  void whatNobodyCanTellOfGoesOut() {
    CauseLook doubtful = CauseLook.by(() -> Future.failedFuture("no store"));
    Await.until(() -> !doubtful.isFresh());
    assertThat(doubtful.again().succeeded()).isTrue();
  }

  @Test
  void whatIsNeverOverIsNotAskedAbout() {
    assertThat(CauseLook.NEVER_OVER.isFresh()).isTrue();
    assertThat(CauseLook.NEVER_OVER.again().succeeded()).isTrue();
  }
}
