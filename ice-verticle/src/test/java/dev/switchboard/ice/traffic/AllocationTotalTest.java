package dev.switchboard.ice.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllocationTotalTest {
  private static final String CALL = "0b6d5c1e-7d2f-4a38-9f1e-2f6f0f0c7a11";
  private static final String ALLOCATION = "/allocation/000000000000000002/total_traffic";

  /** As coturn 4.6.1 and 4.17.1 publish it. */
  private static final String MESSAGE = "rcvp=14, rcvb=2852, sentp=14, sentb=2436";

  private static String channel(String user) {
    return "turn/realm/relay.test/user/" + user + ALLOCATION;
  }

  @Test
  void bothWaysCountForTheCallOfTheName() {
    AllocationTotal total =
        AllocationTotal.read(channel("1795885449:a/n^20n.b." + CALL), MESSAGE).orElseThrow();

    assertThat(total.callId()).contains(CALL);
    assertThat(total.bytes()).isEqualTo(2_852 + 2_436);
    assertThat(total.key()).doesNotContain("ann").hasSize(32);
  }

  @Test
  void aNameOutsideCallsCountsForNone() {
    assertThat(AllocationTotal.read(channel("1795885449:ann.lee"), MESSAGE).orElseThrow().callId())
        .isEmpty();
  }

  @Test
  void theSameMessageHasTheSameKeyAndNoOtherHas() {
    AllocationTotal one = AllocationTotal.read(channel("a"), MESSAGE).orElseThrow();
    assertThat(AllocationTotal.read(channel("a"), MESSAGE)).contains(one);
    assertThat(AllocationTotal.read(channel("b"), MESSAGE).orElseThrow().key())
        .isNotEqualTo(one.key());
    assertThat(AllocationTotal.read(channel("a"), MESSAGE + "1").orElseThrow().key())
        .isNotEqualTo(one.key());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "turn/realm/r/user/u/allocation/1/traffic | rcvp=1, rcvb=1, sentp=1, sentb=1",
        "turn/realm/r/user/u/allocation/1/total_traffic/peer | rcvp=1, rcvb=1, sentp=1, sentb=1",
        "turn/realm/r/user/u/allocation/1/status | deleted",
        "turn/realm/r/user/u/allocation/1/total_traffic | rcvp=1, rcvb=-1, sentp=1, sentb=1",
        "turn/realm/r/user/u/allocation/1/total_traffic | rcvp=1, rcvb=9999999999999999, sentp=1,"
            + " sentb=1",
        "turn/realm/r/user/u/allocation/1/total_traffic | ''",
      })
  void whateverElseIsPublishedIsNoTotal(String channel, String message) {
    assertThat(AllocationTotal.read(channel, message)).isEmpty();
  }

  @Test
  void noMessageBreaksTheReader() {
    Random random = new Random(9);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder channel = new StringBuilder(channel("1:u." + CALL));
      StringBuilder message = new StringBuilder(MESSAGE);
      channel.setCharAt(random.nextInt(channel.length()), (char) random.nextInt(0x300));
      message.setCharAt(random.nextInt(message.length()), (char) random.nextInt(0x300));
      assertThat(AllocationTotal.read(channel.toString(), message.toString())).isNotNull();
    }
  }
}
