package dev.switchboard.ice.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.ice.provider.MintOutcome.Minted;
import dev.switchboard.ice.provider.MintOutcome.Refused;
import dev.switchboard.ice.provider.MintOutcome.Unavailable;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefreshPolicyTest {
  @Test
  void asksForTwiceWhatIsPromisedAsFarAsTheProviderGoes() {
    assertThat(RefreshPolicy.lifeSeconds(86_400, 172_800)).isEqualTo(172_800);
    assertThat(RefreshPolicy.lifeSeconds(86_400, 86_400)).isEqualTo(86_400);
    assertThat(RefreshPolicy.lifeSeconds(3_600, 86_400)).isEqualTo(7_200);
    assertThat(RefreshPolicy.lifeSeconds(1, 86_400)).isEqualTo(1_200);
  }

  @Test
  void aListIsRenewedWhileThePromisedLifeIsLeft() {
    for (double chance : new double[] {0, 0.3, 0.999}) {
      long pause = RefreshPolicy.pauseMillis(new Minted(List.of(), 7_200), 0, chance);
      assertThat(pause).isBetween(3_240_000L, 3_600_000L);
    }
    assertThat(RefreshPolicy.pauseMillis(new Minted(List.of(), 1), 0, 0)).isEqualTo(1_000);
  }

  @Test
  void failuresBackOffToABoundSpreadByChance() {
    Unavailable away = new Unavailable("x", 0);
    assertThat(RefreshPolicy.pauseMillis(away, 1, 0)).isEqualTo(500);
    assertThat(RefreshPolicy.pauseMillis(away, 1, 1)).isEqualTo(1_000);
    assertThat(RefreshPolicy.pauseMillis(away, 4, 1)).isEqualTo(8_000);
    assertThat(RefreshPolicy.pauseMillis(away, 1_000_000, 1)).isEqualTo(60_000);
    assertThat(RefreshPolicy.pauseMillis(new Refused(401), 1, 1)).isEqualTo(30_000);
    assertThat(RefreshPolicy.pauseMillis(new Refused(401), 50, 1)).isEqualTo(300_000);
  }

  @Test
  void whatTheProviderAsksForIsGrantedWithinBounds() {
    assertThat(RefreshPolicy.pauseMillis(new Unavailable("x", 20_000), 1, 1)).isEqualTo(20_000);
    assertThat(RefreshPolicy.pauseMillis(new Unavailable("x", Long.MAX_VALUE), 1, 1))
        .isEqualTo(600_000);
  }
}
