package dev.switchboard.signaling.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.fuzz.Damage;
import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import dev.switchboard.shared.testing.fuzz.Trial;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Frames of RFC 6455, whole and broken, however TCP cuts them and whenever the reader is told to
 * wait: what is read is what a plain reading of the RFC makes of the same bytes, and nothing stays
 * behind.
 */
final class FrameReaderFuzzTest {
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

  private static final byte[] NORMAL_CLOSE = {0x03, (byte) 0xe8, 'b', 'y', 'e'};

  /** Writes down what it is given. */
  private static final class Log implements FrameReader.Sink {
    private final List<String> lines = new ArrayList<>();

    @Override
    public int maxMessageBytes() {
      return MOST;
    }

    @Override
    public void text(String message) {
      lines.add("text " + message);
    }

    @Override
    public void binary(Buffer message) {
      lines.add("binary " + ByteBufUtil.hexDump(message.getBytes()));
    }

    @Override
    public void ping(byte[] bytes, int length) {
      lines.add("ping " + ByteBufUtil.hexDump(bytes, 0, length));
    }

    @Override
    public void pong() {
      lines.add("pong");
    }

    @Override
    public void closing(int code) {
      lines.add("closing " + code);
    }

    @Override
    public void fault(Fault fault) {
      lines.add(fault.name());
    }
  }

  private static byte[] frames(RandomGenerator random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean continued = false;
    for (int left = random.nextInt(1, 6); left > 0; left--) {
      if (OddJson.onceIn(random, 12)) {
        frame(random, out, true, 8, NORMAL_CLOSE);
      }
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

  /** What the bytes say, up to the first fault or Close frame. */
  private static List<String> expected(byte[] bytes) {
    List<String> said = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    ByteArrayOutputStream message = null;
    boolean text = false;
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
      wrong |= !control && (opcode == 0) != (message != null);
      if (wrong) {
        said.add(Fault.MALFORMED.name());
        break;
      }
      if (in.remaining() < more) {
        break;
      }
      long length = more == 2 ? in.getShort() & 0xffff : more == 8 ? in.getLong() : code;
      boolean shortest = more == 0 || (more == 2 ? length > 125 : length < 0 || length > 65_535);
      int before = message == null ? 0 : message.size();
      if (!shortest) {
        said.add(Fault.MALFORMED.name());
        break;
      }
      if (!control && (length < 0 || length > MOST - before)) {
        said.add(Fault.TOO_LARGE.name());
        break;
      }
      if (in.remaining() < 4 + length) {
        break;
      }
      byte[] mask = new byte[4];
      byte[] payload = new byte[(int) length];
      in.get(mask).get(payload);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= mask[i % 4];
      }
      if (control) {
        said.add(control(opcode, payload));
        if (opcode == 8) {
          break;
        }
        continue;
      }
      if (message == null) {
        message = new ByteArrayOutputStream();
        text = opcode == 1;
      }
      message.writeBytes(payload);
      if (last) {
        said.add(message(message.toByteArray(), text));
        message = null;
        if (said.getLast().equals(Fault.NOT_UTF8.name())) {
          break;
        }
      }
    }
    return said;
  }

  private static String control(int opcode, byte[] payload) {
    if (opcode != 8) {
      return opcode == 9 ? "ping " + ByteBufUtil.hexDump(payload) : "pong";
    }
    if (payload.length == 0) {
      return "closing 1000";
    }
    int code = payload.length == 1 ? 0 : ByteBuffer.wrap(payload).getShort() & 0xffff;
    if (!WebSocketCloseStatus.isValidStatusCode(code)) {
      return Fault.MALFORMED.name();
    }
    byte[] reason = Arrays.copyOfRange(payload, 2, payload.length);
    return text(reason) == null ? Fault.NOT_UTF8.name() : "closing " + code;
  }

  private static String message(byte[] bytes, boolean text) {
    if (!text) {
      return "binary " + ByteBufUtil.hexDump(bytes);
    }
    String decoded = text(bytes);
    return decoded == null ? Fault.NOT_UTF8.name() : "text " + decoded;
  }

  private static String text(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  @Test
  void whatIsReadIsWhatTheBytesSay() throws InterruptedException {
    Fuzz.run(FrameReaderFuzzTest::readsAsSaid)
        .atLeast(0.2, "in order")
        .atLeast(0.05, "MALFORMED")
        .atLeast(0.05, "TOO_LARGE")
        .atLeast(0.05, "NOT_UTF8")
        .atLeast(0.02, "closing");
  }

  private static void readsAsSaid(Trial trial) {
    RandomGenerator random = trial.random();
    byte[] bytes = frames(random);
    trial.of(ByteBufUtil.hexDump(bytes));
    Log log = new Log();
    FrameReader reader = new FrameReader(log);
    List<ByteBuf> chunks = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      int length =
          Math.min(bytes.length - at, OddJson.onceIn(random, 3) ? 1 : random.nextInt(1, 200));
      ByteBuf chunk = Unpooled.copiedBuffer(bytes, at, length);
      chunks.add(chunk);
      at += length;
      if (OddJson.onceIn(random, 3)) {
        reader.pause();
      }
      int before = log.lines.size();
      reader.read(ByteBufAllocator.DEFAULT, chunk);
      if (reader.isPaused()) {
        assertThat(log.lines).hasSize(before);
        if (OddJson.onceIn(random, 2)) {
          reader.resume();
        }
      }
    }
    reader.resume();
    reader.stop();
    List<String> expected = expected(bytes);
    assertThat(log.lines).isEqualTo(expected);
    assertThat(chunks).allMatch(chunk -> chunk.refCnt() == 0, "released");
    String last = expected.isEmpty() ? "" : expected.getLast();
    trial.count(
        last.startsWith("closing")
            ? "closing"
            : Arrays.stream(Fault.values())
                .map(Enum::name)
                .filter(last::equals)
                .findAny()
                .orElse("in order"));
  }
}
