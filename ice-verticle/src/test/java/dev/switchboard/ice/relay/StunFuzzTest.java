package dev.switchboard.ice.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.fuzz.Damage;
import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import dev.switchboard.shared.testing.fuzz.Trial;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Answers of STUN (RFC 8489 section 5), whole, broken and of others. */
final class StunFuzzTest {
  private static final List<Integer> TYPES =
      List.of(0x0101, 0x0101, 0x0101, 0x0111, 0x0001, 0x0011, 0x0115, 0x4101, 0xffff);
  private static final List<Integer> COOKIES =
      List.of(0x2112A442, 0x2112A442, 0x2112A442, 0x2112A443, 0);
  private static final List<Integer> ATTRIBUTES = List.of(0x0020, 0x0001, 0x0009, 0x8022, 0x8028);

  private static byte[] answer(RandomGenerator random, byte[] request) {
    ByteBuffer body = ByteBuffer.allocate(4_096);
    for (int left = random.nextInt(4); left > 0; left--) {
      byte[] value = new byte[OddJson.onceIn(random, 12) ? 1_000 : random.nextInt(40)];
      random.nextBytes(value);
      body.putShort(OddJson.one(random, ATTRIBUTES).shortValue()).putShort((short) value.length);
      body.put(value).put(new byte[-value.length & 3]);
    }
    int said = OddJson.onceIn(random, 8) ? random.nextInt(0x10000) : body.position();
    ByteBuffer all = ByteBuffer.allocate(20 + body.position());
    all.putShort(OddJson.one(random, TYPES).shortValue()).putShort((short) said);
    all.putInt(OddJson.one(random, COOKIES));
    byte[] id = Arrays.copyOfRange(request, 8, 20);
    if (OddJson.onceIn(random, 8)) {
      random.nextBytes(id);
    }
    all.put(id).put(body.flip());
    return OddJson.onceIn(random, 5) ? Damage.bytes(random, all.array()) : all.array();
  }

  private static StunBinding.Reading expected(byte[] bytes, byte[] request) {
    if (bytes.length < 20) {
      return StunBinding.Reading.INCOMPLETE;
    }
    int type = (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
    int length = (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
    boolean ours =
        (type == 0x0101 || type == 0x0111)
            && length % 4 == 0
            && length <= 2_048 - 20
            && Arrays.equals(bytes, 4, 20, request, 4, 20);
    return !ours
        ? StunBinding.Reading.FOREIGN
        : bytes.length < 20 + length ? StunBinding.Reading.INCOMPLETE : StunBinding.Reading.ANSWER;
  }

  @Test
  void onlyAnAnswerToOurRequestIsOne() throws InterruptedException {
    Fuzz.run(StunFuzzTest::isOne)
        .atLeast(0.15, "ANSWER")
        .atLeast(0.2, "FOREIGN")
        .atLeast(0.03, "INCOMPLETE");
  }

  private static void isOne(Trial trial) {
    StunBinding binding = StunBinding.next(trial.random());
    byte[] request = binding.request();
    byte[] bytes = answer(trial.random(), request);
    trial.of(Arrays.toString(bytes));
    StunBinding.Reading reading = binding.read(bytes);
    assertThat(reading).isEqualTo(expected(bytes, request));
    trial.count(reading.name());
    // A stream brings it in pieces: none of its beginnings is taken for more than it is.
    if (reading == StunBinding.Reading.ANSWER) {
      int length = 20 + ((bytes[2] & 0xff) << 8 | bytes[3] & 0xff);
      byte[] beginning = Arrays.copyOf(bytes, trial.random().nextInt(length));
      assertThat(binding.read(beginning)).isEqualTo(StunBinding.Reading.INCOMPLETE);
    }
  }
}
