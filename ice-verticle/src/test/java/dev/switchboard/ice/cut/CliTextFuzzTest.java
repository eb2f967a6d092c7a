package dev.switchboard.ice.cut;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.fuzz.Damage;
import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import dev.switchboard.shared.testing.fuzz.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Lists of sessions as coturn's command line may write them: only what is of the call is cut. */
final class CliTextFuzzTest {
  private static final String CALL = "0b6d2f2e-0000-4000-8000-00000000000a";
  private static final String OTHER = "0b6d2f2e-0000-4000-8000-00000000000b";
  private static final List<String> USERS =
      List.of(
          "1700000600:ann." + CALL,
          "bob." + CALL,
          "ann." + OTHER,
          "ann",
          CALL,
          "x>." + CALL,
          CALL + "." + OTHER);

  @Test
  void onlySessionsOfTheCallAreNamed() throws InterruptedException {
    Fuzz.run(CliTextFuzzTest::areNamed).atLeast(0.3, "some").atLeast(0.1, "none");
  }

  private static void areNamed(Trial trial) {
    RandomGenerator random = trial.random();
    StringBuilder text = new StringBuilder();
    List<String> its = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      String id = "0".repeat(random.nextInt(17)) + random.nextInt(1_000_000);
      String user = OddJson.one(random, USERS);
      text.append("    ").append(i).append(") id=").append(id);
      text.append(", user <").append(user).append(">:\r\n      realm: example.com\r\n");
      if (user.endsWith("." + CALL)) {
        its.add(id);
      }
    }
    text.append("  Total sessions: 2\r\n> ");
    boolean whole = !OddJson.onceIn(random, 3);
    String all = trial.of(whole ? text.toString() : Damage.text(random, text.toString()));
    List<String> sessions = CliText.sessions(all, CALL);
    if (whole) {
      assertThat(sessions).isEqualTo(its);
      assertThat(CliText.isPrompt(all)).isTrue();
    } else {
      assertThat(sessions).allMatch(id -> id.matches("\\d{1,24}"));
    }
    assertThat(CliText.asksPassword(all)).isFalse();
    trial.count(sessions.isEmpty() ? "none" : "some");
  }
}
