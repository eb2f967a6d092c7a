package dev.switchboard.deploy.testing;

import dev.switchboard.shared.testing.RawSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * A client of Socket.IO over a WebSocket of which nothing is read but where a test reads: what the
 * server sends meanwhile fills the small buffer of this side, those of the kernel, and then waits
 * in the server. Belongs to the test's thread.
 */
public final class StallingReader implements AutoCloseable {
  private static final int BUFFER_BYTES = 4_096;
  private static final int SILENCE_MILLIS = 60_000;
  private static final int FIN = 0x80;
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int MASKED = 0x80;

  private final Socket socket = new Socket();
  private final DataInputStream in;

  /** Connects to the default namespace. */
  public StallingReader(URI server, String token) {
    try {
      socket.setReceiveBufferSize(BUFFER_BYTES);
      socket.setSoTimeout(SILENCE_MILLIS);
      socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), SILENCE_MILLIS);
      in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
      socket
          .getOutputStream()
          .write(RawSocket.upgradeRequest("/socket.io/?EIO=4&transport=websocket"));
      while (!line().isEmpty()) {
        // The head of the answer.
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    next("0{");
    send("40" + new JsonObject().put("token", token).encode());
    next("40{");
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
      line.append((char) next);
    }
    return line.toString().strip();
  }

  /** Sends an event. */
  public void tell(String event, JsonObject payload) {
    send("42" + new JsonArray().add(event).add(payload).encode());
  }

  private void send(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream frame = new ByteArrayOutputStream(bytes.length + 8);
    frame.write(FIN | TEXT);
    if (bytes.length < 126) {
      frame.write(MASKED | bytes.length);
    } else {
      frame.write(MASKED | 126);
      frame.write(bytes.length >> 8);
      frame.write(bytes.length);
    }
    // A mask of zeros leaves the payload as it is.
    frame.writeBytes(new byte[4]);
    frame.writeBytes(bytes);
    try {
      socket.getOutputStream().write(frame.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next packet; pings are answered and passed over. */
  public String next() {
    try {
      String text = message();
      while (text.equals("2")) {
        send("3");
        text = message();
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next packet that begins so; others before it are passed over. */
  public String next(String beginning) {
    String text = next();
    while (!text.startsWith(beginning)) {
      text = next();
    }
    return text;
  }

  private String message() throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    boolean last = false;
    while (!last) {
      int first = in.readUnsignedByte();
      int length = in.readUnsignedByte();
      long bytes =
          switch (length) {
            case 126 -> in.readUnsignedShort();
            case 127 -> in.readLong();
            default -> length;
          };
      byte[] payload = in.readNBytes((int) bytes);
      int opcode = first & 0x0f;
      if (opcode == CLOSE) {
        throw new IOException("closed by the server");
      }
      // Other control frames may stand between the parts of a message.
      if (opcode < CLOSE) {
        message.writeBytes(payload);
        last = (first & FIN) != 0;
      }
    }
    return message.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
