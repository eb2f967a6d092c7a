package dev.switchboard.signaling.socketio.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.fuzz.Damage;
import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import dev.switchboard.shared.testing.fuzz.Trial;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrameType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Frames of RFC 6455, whole and broken, however TCP cuts them: what the guard lets through is in
 * order for the server's own decoder, which would cut the connection, and nothing stays behind.
 */
final class FrameFuzzTest {
  private static final int MOST = 300;
  private static final List<Integer> OPCODES = List.of(1, 1, 1, 2, 2, 0, 0, 8, 9, 10, 3, 7, 11, 15);
  private static final List<Integer> LENGTHS =
      List.of(0, 1, 5, 125, 126, 127, 200, MOST, MOST + 1, 65_535, 65_536);
  private static final List<byte[]> TEXTS =
      List.of(
          "42[\"x\",{}]".getBytes(UTF_8),
          "\u00e9\ud83d\ude00".getBytes(UTF_8),
          "\ufffd".getBytes(UTF_8),
          new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
          new byte[] {(byte) 0xe2, (byte) 0x82},
          new byte[] {(byte) 0x80});

  /** A frame, or what is wrong with the one that came. */
  private record Read(int opcode, boolean last, String hex, WebSocketMessages.Fault fault) {}

  private static byte[] frames(RandomGenerator random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean continued = false;
    for (int left = random.nextInt(1, 6); left > 0; left--) {
      boolean fit = !OddJson.onceIn(random, 8);
      boolean last = !OddJson.onceIn(random, 3);
      int opcode = fit ? (continued ? 0 : random.nextInt(1, 3)) : OddJson.one(random, OPCODES);
      byte[] payload =
          OddJson.onceIn(random, 4)
              ? new byte[OddJson.one(random, LENGTHS)]
              : OddJson.one(random, TEXTS);
      frame(random, out, last, opcode, payload);
      continued = opcode < 3 ? !last : continued;
    }
    byte[] whole = out.toByteArray();
    return OddJson.onceIn(random, 4) ? Damage.bytes(random, whole) : whole;
  }

  private static void frame(
      RandomGenerator random, ByteArrayOutputStream out, boolean last, int opcode, byte[] payload) {
    int reserved = OddJson.onceIn(random, 60) ? 0x10 << random.nextInt(3) : 0;
    int masked = OddJson.onceIn(random, 60) ? 0 : 0x80;
    out.write((last ? 0x80 : 0) | reserved | opcode);
    boolean longer = OddJson.onceIn(random, 60);
    int length = payload.length;
    if (length < 126 && !longer) {
      out.write(masked | length);
    } else if (length < 65_536 && !longer) {
      out.write(masked | 126);
      out.writeBytes(ByteBuffer.allocate(2).putShort((short) length).array());
    } else {
      out.write(masked | 127);
      long said = OddJson.onceIn(random, 20) ? random.nextLong() : length;
      out.writeBytes(ByteBuffer.allocate(8).putLong(said).array());
    }
    byte[] mask = new byte[masked == 0 ? 0 : 4];
    random.nextBytes(mask);
    out.writeBytes(mask);
    // What is too large is refused by its header: more of it would only take time.
    for (int i = 0; i < Math.min(length, 2 * MOST); i++) {
      out.write(payload[i] ^ (masked == 0 ? 0 : mask[i % 4]));
    }
  }

  private static Read fault(WebSocketMessages.Fault fault) {
    return new Read(0, true, "", fault);
  }

  /** All frames that are complete, and the fault that ends them. */
  private static List<Read> expected(byte[] bytes) {
    List<Read> frames = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    boolean continued = false;
    while (in.remaining() >= 2) {
      int first = in.get() & 0xff;
      int second = in.get() & 0xff;
      int code = second & 0x7f;
      int more = code == 126 ? 2 : code == 127 ? 8 : 0;
      int opcode = first & 0xf;
      boolean last = first >= 0x80;
      boolean control = opcode >= 8;
      boolean wrong = second < 0x80 || (first & 0x70) != 0;
      wrong |= control ? opcode > 10 || !last || code > 125 : opcode > 2;
      wrong |= !control && (opcode == 0) != continued;
      if (wrong) {
        frames.add(fault(WebSocketMessages.Fault.MALFORMED));
        break;
      }
      if (in.remaining() < more) {
        break;
      }
      long length = more == 2 ? in.getShort() & 0xffff : more == 8 ? in.getLong() : code;
      boolean shortest = more == 0 || (more == 2 ? length > 125 : length < 0 || length > 65_535);
      if (!shortest || length < 0 || length > MOST) {
        frames.add(
            fault(
                shortest ? WebSocketMessages.Fault.TOO_LARGE : WebSocketMessages.Fault.MALFORMED));
        break;
      }
      continued = control ? continued : !last;
      if (in.remaining() < 4 + length) {
        break;
      }
      byte[] mask = new byte[4];
      byte[] payload = new byte[(int) length];
      in.get(mask).get(payload);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= mask[i % 4];
      }
      frames.add(new Read(opcode, last, ByteBufUtil.hexDump(payload), null));
      if (opcode == 8) {
        break;
      }
    }
    return frames;
  }

  @Test
  void whatIsLetThroughIsInOrderForTheDecoder() throws InterruptedException {
    Fuzz.run(FrameFuzzTest::isInOrder)
        .atLeast(0.3, "in order")
        .atLeast(0.05, "MALFORMED")
        .atLeast(0.05, "TOO_LARGE");
  }

  private static void isInOrder(Trial trial) {
    RandomGenerator random = trial.random();
    byte[] bytes = frames(random);
    trial.of(ByteBufUtil.hexDump(bytes));
    List<WebSocketMessages.Fault> faults = new ArrayList<>();
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new FrameGuard(() -> MOST, faults::add),
            new WebSocket13FrameDecoder(true, false, 2 * MOST));
    List<Read> expected = expected(bytes);
    List<ByteBuf> chunks = new ArrayList<>();
    List<Read> read = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      int length =
          Math.min(bytes.length - at, OddJson.onceIn(random, 3) ? 1 : random.nextInt(1, 200));
      ByteBuf chunk = Unpooled.copiedBuffer(bytes, at, length);
      chunks.add(chunk);
      at += length;
      try {
        channel.writeInbound(chunk);
      } catch (CorruptedWebSocketFrameException e) {
        // What a Close frame says is the decoder's; it answers it, and the connection ends.
        take(channel, read);
        assertThat(read.size() == expected.size() || expected.get(read.size()).opcode() == 8)
            .isTrue();
        channel.finishAndReleaseAll();
        trial.count("broken Close");
        return;
      }
      take(channel, read);
    }
    channel.finishAndReleaseAll();
    boolean closed = !expected.isEmpty() && expected.getLast().opcode() == 8;
    WebSocketMessages.Fault fault = expected.isEmpty() ? null : expected.getLast().fault();
    if (fault == null && faults.isEmpty()) {
      assertThat(read).isEqualTo(expected);
    } else {
      // What came in one piece with a fault is dropped with it, and so is all behind a Close.
      assertThat(read).hasSizeLessThanOrEqualTo(expected.size());
      assertThat(read).isEqualTo(expected.subList(0, read.size()));
      assertThat(closed || faults.equals(List.of(fault))).isTrue();
    }
    assertThat(chunks).allMatch(chunk -> chunk.refCnt() == 0, "released");
    trial.count(fault == null ? "in order" : fault.name());
  }

  private static void take(EmbeddedChannel channel, List<Read> to) {
    for (WebSocketFrame frame = channel.readInbound();
        frame != null;
        frame = channel.readInbound()) {
      int opcode =
          switch (frame) {
            case ContinuationWebSocketFrame _ -> 0;
            case TextWebSocketFrame _ -> 1;
            case BinaryWebSocketFrame _ -> 2;
            case CloseWebSocketFrame _ -> 8;
            case PingWebSocketFrame _ -> 9;
            default -> 10;
          };
      to.add(new Read(opcode, frame.isFinalFragment(), ByteBufUtil.hexDump(frame.content()), null));
      frame.release();
    }
  }

  /** A frame as the server hands it over. */
  private record Handed(int opcode, boolean isFinal, Buffer binaryData)
      implements io.vertx.core.http.WebSocketFrame {
    @Override
    public WebSocketFrameType type() {
      return isText()
          ? WebSocketFrameType.TEXT
          : isBinary() ? WebSocketFrameType.BINARY : WebSocketFrameType.CONTINUATION;
    }

    @Override
    public boolean isText() {
      return opcode == 1;
    }

    @Override
    public boolean isBinary() {
      return opcode == 2;
    }

    @Override
    public boolean isContinuation() {
      return opcode == 0;
    }

    @Override
    public boolean isClose() {
      return false;
    }

    @Override
    public boolean isPing() {
      return false;
    }

    @Override
    public String textData() {
      return binaryData.toString(UTF_8);
    }

    @Override
    public short closeStatusCode() {
      return 0;
    }

    @Override
    public String closeReason() {
      return "";
    }
  }

  @Test
  void messagesArePutTogetherOrRefused() throws InterruptedException {
    Fuzz.run(FrameFuzzTest::isPutTogether)
        .atLeast(0.2, "message")
        .atLeast(0.05, "NOT_UTF8")
        .atLeast(0.01, "TOO_LARGE")
        .atLeast(0.01, "MALFORMED");
  }

  private static void isPutTogether(Trial trial) {
    RandomGenerator random = trial.random();
    WebSocketMessages messages = new WebSocketMessages();
    ByteArrayOutputStream gathered = null;
    boolean text = false;
    List<Handed> all = trial.of(new ArrayList<>());
    for (int left = random.nextInt(1, 6); left > 0; left--) {
      boolean fit = !OddJson.onceIn(random, 10);
      int opcode = fit == (gathered != null) ? 0 : random.nextInt(1, 3);
      byte[] payload =
          OddJson.onceIn(random, 6)
              ? new byte[random.nextInt(MOST / 2, MOST + 2)]
              : OddJson.one(random, TEXTS);
      Handed frame = new Handed(opcode, !OddJson.onceIn(random, 3), Buffer.buffer(payload));
      all.add(frame);
      Object made = messages.add(frame, MOST);
      if (opcode == 0 ? gathered == null : gathered != null) {
        assertThat(made).isEqualTo(WebSocketMessages.Fault.MALFORMED);
        trial.count("MALFORMED");
        return;
      }
      if (opcode != 0) {
        gathered = new ByteArrayOutputStream();
        text = opcode == 1;
      }
      gathered.writeBytes(payload);
      Object expected = expected(gathered.toByteArray(), text, frame.isFinal());
      assertThat(made).isEqualTo(expected);
      if (expected instanceof WebSocketMessages.Fault fault) {
        trial.count(fault.name());
        return;
      }
      if (frame.isFinal()) {
        gathered = null;
        trial.count("message");
      }
    }
  }

  private static Object expected(byte[] bytes, boolean text, boolean last) {
    if (bytes.length > MOST) {
      return WebSocketMessages.Fault.TOO_LARGE;
    }
    if (!last) {
      return null;
    }
    if (!text) {
      return Buffer.buffer(bytes);
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return WebSocketMessages.Fault.NOT_UTF8;
    }
  }
}
