package dev.switchboard.push.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

final class FitTest {
  private static final ToIntFunction<PushContent> SIZE =
      content -> content.data().encode().length() + String.valueOf(content.body()).length();

  private static PushContent ring(int name, int avatar) {
    JsonObject data =
        new JsonObject()
            .put("callId", "c1")
            .put("callerName", "\ud83d\ude00".repeat(name))
            .put("callerAvatar", "x".repeat(avatar));
    return PushContents.of(Cause.INCOMING_CALL, data, 1);
  }

  private static PushContent fit(PushContent content, int most) {
    return Fit.to(content, Function.identity(), SIZE, most);
  }

  private static int nameOf(PushContent content) {
    String name = content.data().getString("callerName");
    assertThat(content.data().getString("caller_name")).isEqualTo(name);
    assertThat(content.body()).isEqualTo(name + " is calling you");
    return name.codePointCount(0, name.length());
  }

  @Test
  void whatFitsIsLeftAlone() {
    PushContent ring = ring(5, 100);
    assertThat(fit(ring, 4_000)).isEqualTo(ring);
  }

  @Test
  void avatarGoesFirstThenMostOfTheName() {
    PushContent plain = fit(ring(5, 4_000), 4_000);
    assertThat(plain.data().containsKey("callerAvatar")).isFalse();
    assertThat(nameOf(plain)).isEqualTo(5);
    assertThat(nameOf(fit(ring(5_000, 10), 4_000))).isEqualTo(100);
    assertThat(nameOf(fit(ring(5_000, 10), 500))).isEqualTo(30);
    assertThat(nameOf(fit(ring(5_000, 10), 5))).isEqualTo(30);
  }

  private static List<PushContent> attempts(PushContent content, boolean tooLarge) {
    List<PushContent> made = new ArrayList<>();
    Await.await(
        Fit.send(
            content,
            Function.identity(),
            SIZE,
            4_000,
            form -> {
              made.add(form);
              return Future.succeededFuture(new Outcome.Rejected("no", tooLarge));
            }));
    return made;
  }

  @Test
  void refusalForItsSizeIsAnsweredWithLessOnce() {
    assertThat(attempts(ring(5, 3_000), true)).hasSize(2);
    assertThat(attempts(ring(5, 3_000), false)).hasSize(1);
    // any service takes so little: it would refuse less, too
    assertThat(attempts(ring(5, 1_000), true)).hasSize(1);
    PushContent custom =
        PushContents.of(
            Cause.CUSTOM, new JsonObject().put("title", "T").put("body", "x".repeat(3_000)), 1);
    assertThat(attempts(custom, true)).hasSize(1);
  }
}
