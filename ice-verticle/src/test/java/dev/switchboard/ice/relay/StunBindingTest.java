package dev.switchboard.ice.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.ice.relay.StunBinding.Reading;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StunBindingTest {
  private final Random random = new Random(3);
  private final StunBinding binding = StunBinding.next(random);

  private byte[] answer(int type, int attributeBytes) {
    byte[] bytes = Arrays.copyOf(binding.request(), 20 + attributeBytes);
    bytes[0] = (byte) (type >> 8);
    bytes[1] = (byte) type;
    bytes[3] = (byte) attributeBytes;
    return bytes;
  }

  @Test
  void theRequestIsAHeaderWithTheMagicCookie() {
    assertThat(HexFormat.of().formatHex(binding.request()))
        .startsWith("000100002112a442")
        .hasSize(40);
  }

  @Test
  void successAndErrorToOurTransactionAreAnswers() {
    assertThat(binding.read(answer(0x0101, 12))).isEqualTo(Reading.ANSWER);
    assertThat(binding.read(answer(0x0111, 8))).isEqualTo(Reading.ANSWER);
  }

  @Test
  void everyPrefixOfAnAnswerIsIncomplete() {
    byte[] answer = answer(0x0101, 12);
    for (int length = 0; length < answer.length; length++) {
      assertThat(binding.read(Arrays.copyOf(answer, length))).isEqualTo(Reading.INCOMPLETE);
    }
  }

  @Test
  void anotherTransactionOurOwnEchoAndNoiseAreForeign() {
    byte[] other = answer(0x0101, 0);
    other[19] ^= 1;
    assertThat(binding.read(other)).isEqualTo(Reading.FOREIGN);
    assertThat(binding.read(binding.request())).isEqualTo(Reading.FOREIGN);
    for (int round = 0; round < 5_000; round++) {
      byte[] noise = new byte[random.nextInt(100)];
      random.nextBytes(noise);
      assertThat(binding.read(noise)).isNotEqualTo(Reading.ANSWER);
    }
  }
}
