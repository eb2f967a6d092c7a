package dev.switchboard.signaling.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.RawSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames that RFC 6455 forbids, and messages that are too large: what the Close frame says. */
class BrokenFramesIT extends EchoServerTest {
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};

  /** A WebSocket to which any bytes may be written. The masks of its frames are zero. */
  private static final class Line implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Line() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      in = socket.getInputStream();
      out = socket.getOutputStream();
      out.write(RawSocket.upgradeRequest("/socket.io/?EIO=4&transport=websocket"));
      for (int matched = 0; matched < END_OF_HEAD.length; ) {
        matched = in.read() == END_OF_HEAD[matched] ? matched + 1 : 0;
      }
    }

    void write(byte[] bytes) throws IOException {
      out.write(bytes);
    }

    void frame(int firstByte, int length) throws IOException {
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      frame.write(firstByte);
      frame.write(0xff);
      frame.writeBytes(ByteBuffer.allocate(12).putLong(length).array());
      frame.writeBytes("x".repeat(length).getBytes(StandardCharsets.US_ASCII));
      write(frame.toByteArray());
    }

    /** The code of the Close frame, after everything that comes before it. */
    int closeCode() throws IOException {
      while (true) {
        int opcode = in.read() & 0x0f;
        int length = in.read() & 0x7f;
        byte[] payload =
            in.readNBytes(
                length == 126 ? ByteBuffer.wrap(in.readNBytes(2)).getShort() & 0xffff : length);
        if (opcode == 8) {
          return ByteBuffer.wrap(payload).getShort();
        }
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "not masked,810140,1002",
    "a reserved bit,c18100000000 40,1002",
    "a reserved kind,838100000000 40,1002",
    "a reserved control frame,8b8000000000,1002",
    "a ping in fragments,098000000000,1002",
    "a ping of 126 bytes,89fe007e00000000,1002",
    "a continuation of nothing,808100000000 40,1002",
    "a message within a message,018000000000 818000000000,1002",
    "a length in more bytes than needed,81fe007d00000000,1002",
    "two gigabytes,81ff000000008000000000000000,1009",
    "a length below zero,81ffffffffffffffffff00000000,1009",
    "bytes that are not UTF-8,818200000000 34ff,1007"
  })
  void theCloseFrameSaysWhatWasWrong(String what, String hex, int code) throws IOException {
    try (Line line = new Line()) {
      line.write(HexFormat.of().parseHex(hex.replace(" ", "")));
      assertThat(line.closeCode()).as(what).isEqualTo(code);
    }
  }

  @Test
  void messageBeyondTheLimitIsTooBig() throws IOException {
    try (Line line = new Line()) {
      line.frame(0x81, 1_000_001);
      assertThat(line.closeCode()).isEqualTo(1009);
    }
  }

  @Test
  void soIsOneWhoseFragmentsAreBelowIt() throws IOException {
    try (Line line = new Line()) {
      line.frame(0x01, 600_000);
      line.frame(0x80, 600_000);
      assertThat(line.closeCode()).isEqualTo(1009);
    }
  }
}
