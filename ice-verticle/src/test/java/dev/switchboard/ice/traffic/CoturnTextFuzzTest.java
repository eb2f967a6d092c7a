package dev.switchboard.ice.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.ice.server.CallNames;
import dev.switchboard.shared.testing.fuzz.Damage;
import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import dev.switchboard.shared.testing.fuzz.Trial;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What coturn publishes, and what else may be published there. */
final class CoturnTextFuzzTest {
  private static final String CALL = "0b6d2f2e-0000-4000-8000-00000000000a";
  private static final List<String> USERS =
      List.of(
          "1700000600:ann." + CALL, "ann", "a/b." + CALL, "", ".", "a\nb." + CALL, "x".repeat(601));
  private static final List<String> NUMBERS =
      List.of("0", "14", "2852", "999999999999999", "1000000000000000", "-1", "");

  @Test
  void aTotalIsReadToTheByteOrNotAtAll() throws InterruptedException {
    Fuzz.run(CoturnTextFuzzTest::isRead).atLeast(0.1, "read").atLeast(0.1, "other");
  }

  private static String number(RandomGenerator random) {
    return OddJson.onceIn(random, 6)
        ? OddJson.one(random, NUMBERS)
        : Integer.toString(random.nextInt(100_000));
  }

  private static void isRead(Trial trial) {
    RandomGenerator random = trial.random();
    String in = number(random);
    String out = number(random);
    String user = OddJson.one(random, USERS);
    String channel = "turn/realm/example.com/user/" + user + "/allocation/1/total_traffic";
    String message = "rcvp=1, rcvb=" + in + ", sentp=2, sentb=" + out;
    boolean whole = !OddJson.onceIn(random, 3);
    String itsChannel = whole || random.nextBoolean() ? channel : Damage.text(random, channel);
    String itsMessage = whole ? message : Damage.text(random, message);
    trial.of(itsChannel + " " + itsMessage);
    Optional<AllocationTotal> read = AllocationTotal.read(itsChannel, itsMessage);
    read.ifPresent(
        total -> {
          assertThat(total.bytes()).isBetween(0L, 2_000_000_000_000_000L);
          assertThat(total.key()).matches("[0-9a-f]{32}");
          assertThat(total.callId().map(CallNames::isCall).orElse(true)).isTrue();
        });
    if (whole) {
      boolean right = in.matches("\\d{1,15}") && out.matches("\\d{1,15}");
      boolean named = !user.isEmpty() && user.length() <= 600;
      assertThat(read.map(AllocationTotal::bytes))
          .isEqualTo(
              right && named
                  ? Optional.of(Long.parseLong(in) + Long.parseLong(out))
                  : Optional.empty());
    }
    trial.count(read.isPresent() ? "read" : "other");
  }
}
