package dev.switchboard.signaling.socketio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PayloadCodecTest {
  @Test
  void whatWasEncodedIsDecoded() {
    Random random = new Random(4);
    for (int round = 0; round < 2000; round++) {
      List<Object> packets = new ArrayList<>();
      for (int i = random.nextInt(6); i >= 0; i--) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        packets.add(random.nextBoolean() ? Buffer.buffer(bytes) : "4" + random.nextLong());
      }
      assertThat(PayloadCodec.decode(PayloadCodec.encode(packets))).isEqualTo(packets);
    }
  }

  @Test
  void base64WithLineBreaksIsAccepted() {
    assertThat(PayloadCodec.decode("bAQ\r\nID\n\u001ebBAUG\n"))
        .containsExactly(Buffer.buffer(new byte[] {1, 2, 3}), Buffer.buffer(new byte[] {4, 5, 6}));
  }

  @Test
  void whatIsNotBase64IsAnEmptyPacket() {
    assertThat(PayloadCodec.decode("b****\u001e4x")).containsExactly("", "4x");
  }

  @Test
  void malformedUtf8IsNotText() {
    byte[] loneSurrogate = {'4', (byte) 0xed, (byte) 0xa0, (byte) 0x80};
    assertThat(PayloadCodec.decode(Buffer.buffer(loneSurrogate))).isNull();
    assertThat(PayloadCodec.decode(Buffer.buffer("4\ufffd"))).containsExactly("4\ufffd");
  }
}
