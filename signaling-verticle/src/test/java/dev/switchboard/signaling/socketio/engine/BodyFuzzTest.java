package dev.switchboard.signaling.socketio.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.fuzz.Damage;
import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import dev.switchboard.shared.testing.fuzz.Trial;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Bodies of polls, and session ids, whole and broken. */
final class BodyFuzzTest {
  private static final List<String> PACKETS =
      List.of(
          "4",
          "40",
          "42[\"x\"]",
          "3",
          "2probe",
          "1",
          "5",
          "6",
          "",
          "b",
          "bAAA=",
          "bAA==",
          "bA",
          "b!!!",
          "bAQ\r\nID\n",
          "b=",
          "4\ufffd",
          "4\ud800",
          "999999999999:4");

  private static String body(RandomGenerator random) {
    StringBuilder body = new StringBuilder();
    for (int left = random.nextInt(5); left >= 0; left--) {
      body.append(
          OddJson.onceIn(random, 6) ? "42" + OddJson.value(random) : OddJson.one(random, PACKETS));
      body.append(left > 0 ? "\u001e" : "");
    }
    return body.toString();
  }

  @Test
  void aBodyIsItsPacketsOrNoUtf8() throws InterruptedException {
    Fuzz.run(BodyFuzzTest::isItsPackets).atLeast(0.3, "read").atLeast(0.1, "not UTF-8");
  }

  private static void isItsPackets(Trial trial) {
    RandomGenerator random = trial.random();
    byte[] whole = body(random).getBytes(UTF_8);
    byte[] bytes = random.nextBoolean() ? Damage.bytes(random, whole) : whole;
    trial.of(new String(bytes, UTF_8));
    List<Object> packets = PayloadCodec.decode(Buffer.buffer(bytes));
    String text = strictly(bytes);
    if (text == null) {
      assertThat(packets).isNull();
      trial.count("not UTF-8");
      return;
    }
    List<Object> expected = new ArrayList<>();
    for (String packet : text.split("\u001e", -1)) {
      expected.add(packet.startsWith("b") ? binary(packet.substring(1)) : packet);
    }
    assertThat(packets).isEqualTo(expected);
    assertThat(PayloadCodec.decode(PayloadCodec.encode(packets))).isEqualTo(packets);
    trial.count("read");
  }

  private static String strictly(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static Object binary(String base64) {
    try {
      return Buffer.buffer(Base64.getDecoder().decode(base64.replaceAll("[\r\n]", "")));
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  @Test
  void onlyOurOwnSessionIdsNameAnOwner() throws InterruptedException {
    SessionIds ids = new SessionIds(SidKey.of(new byte[32]));
    Fuzz.run(
            trial -> {
              RandomGenerator random = trial.random();
              EdgeName owner = new EdgeName("node-" + random.nextInt(3), random.nextInt(20));
              String sid = ids.next(owner);
              assertThat(ids.ownerOf(sid)).isEqualTo(owner);
              String other =
                  trial.of(
                      OddJson.onceIn(random, 8)
                          ? OddJson.string(random)
                          : Damage.text(random, sid));
              assertThat(ids.ownerOf(other)).isEqualTo(other.equals(sid) ? owner : null);
              trial.count(other.equals(sid) ? "the same" : "made up");
            })
        .atLeast(0.9, "made up");
  }
}
