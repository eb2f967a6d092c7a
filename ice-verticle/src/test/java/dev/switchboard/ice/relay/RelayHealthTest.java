package dev.switchboard.ice.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.ice.relay.Relay.Transport;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RelayHealthTest {
  private static final Relay A = new Relay("turn:a", Transport.UDP, "a", 3478);
  private static final Relay B = new Relay("turn:b", Transport.UDP, "b", 3478);
  private static final Relay C = new Relay("turn:c", Transport.UDP, "c", 3478);

  @Test
  void threeMissesInARowTakeARelayOffUntilItAnswers() {
    RelayHealth health = RelayHealth.of(List.of(A, B)).missed(A).missed(A);
    assertThat(health.answered(A).missed(A).listed()).containsExactly(A, B);
    health = health.missed(A);
    assertThat(health.listed()).containsExactly(B);
    assertThat(health.isUp(A)).isFalse();
    assertThat(health.answered(A).listed()).containsExactly(A, B);
  }

  @Test
  void theLastOneStaysUntilAnotherAnswers() {
    RelayHealth health = RelayHealth.of(List.of(A, B));
    for (Relay relay : List.of(A, B)) {
      health = health.missed(relay).missed(relay).missed(relay);
    }
    assertThat(health.listed()).containsExactly(B);
    assertThat(health.isUp(B)).isFalse();
    assertThat(health.answered(A).listed()).containsExactly(A);
  }

  @Test
  void whateverIsReportedTheListIsNeverEmptyAndHoldsEveryLivingRelay() {
    Random random = new Random(11);
    List<Relay> all = List.of(A, B, C);
    RelayHealth health = RelayHealth.of(all);
    for (int round = 0; round < 20_000; round++) {
      Relay relay = all.get(random.nextInt(3));
      health = random.nextInt(4) == 0 ? health.answered(relay) : health.missed(relay);
      List<Relay> up = all.stream().filter(health::isUp).toList();
      assertThat(health.listed()).isNotEmpty().containsAll(up);
      assertThat(health.listed()).hasSize(Math.max(1, up.size()));
    }
  }
}
