package dev.switchboard.deploy.idle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * One connection by WebSocket that registers and then only answers pings. Holds no buffer of its
 * own while it is idle. Used by one thread.
 */
final class IdleClient {
  /** What it has come to; each is reached once, in this order. */
  enum State {
    CONNECTING,
    UPGRADING,
    REGISTERING,
    REGISTERED,
    GONE
  }

  private static final String END_OF_HEAD = "\r\n\r\n";
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int FINAL = 0x80;
  private static final int MASKED = 0x80;
  private static final int LONGEST_SHORT = 125;
  private static final int TWO_BYTES = 126;
  private static final byte[] NOTHING = {};

  private final SocketChannel channel;
  private final String userId;
  private final String token;
  private State state = State.CONNECTING;
  private boolean closedByServer;
  private long pings;

  /** The beginning of something of which the rest has not come. */
  private byte[] rest = NOTHING;

  IdleClient(SocketChannel channel, String userId, String token) {
    this.channel = channel;
    this.userId = userId;
    this.token = token;
  }

  State state() {
    return state;
  }

  /** Whether the server said, by a frame of the WebSocket, that it closes. */
  boolean isClosedByServer() {
    return closedByServer;
  }

  /** How many pings it has answered. */
  long pings() {
    return pings;
  }

  /** The channel is connected, or fails to. */
  void connected() throws IOException {
    channel.finishConnect();
    String request =
        """
        GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r
        Host: localhost\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
        Sec-WebSocket-Version: 13\r
        \r
        """;
    write(ByteBuffer.wrap(request.getBytes(UTF_8)));
    state = State.UPGRADING;
  }

  /**
   * Reads what has come.
   *
   * @param buffer any that is large enough for a few packets
   */
  void read(ByteBuffer buffer) throws IOException {
    buffer.clear().put(rest);
    rest = NOTHING;
    boolean ended = channel.read(buffer) < 0;
    buffer.flip();
    if (state == State.UPGRADING) {
      readHead(buffer);
    }
    while (state != State.UPGRADING && readFrame(buffer)) {
      // Each call takes one.
    }
    if (ended) {
      channel.close();
      state = State.GONE;
    } else if (buffer.hasRemaining()) {
      rest = new byte[buffer.remaining()];
      buffer.get(rest);
    }
  }

  private void readHead(ByteBuffer buffer) throws IOException {
    String text = ISO_8859_1.decode(buffer.duplicate()).toString();
    int end = text.indexOf(END_OF_HEAD);
    if (end >= 0) {
      if (!text.startsWith("HTTP/1.1 101 ")) {
        throw new IOException(text);
      }
      buffer.position(buffer.position() + end + END_OF_HEAD.length());
      state = State.REGISTERING;
    }
  }

  /** False if there is no whole frame. */
  private boolean readFrame(ByteBuffer buffer) throws IOException {
    int start = buffer.position();
    if (buffer.remaining() < 2) {
      return false;
    }
    int opcode = buffer.get() & 0x0f;
    int length = buffer.get() & 0xff;
    if (length > TWO_BYTES) {
      throw new IOException("a frame of 64 KB or more");
    }
    if (length == TWO_BYTES) {
      if (buffer.remaining() < 2) {
        buffer.position(start);
        return false;
      }
      length = buffer.getShort() & 0xffff;
    }
    if (buffer.remaining() < length) {
      buffer.position(start);
      return false;
    }
    ByteBuffer payload = buffer.slice(buffer.position(), length);
    buffer.position(buffer.position() + length);
    if (opcode == TEXT) {
      packet(UTF_8.decode(payload).toString());
    } else if (opcode == CLOSE) {
      closedByServer = true;
    }
    return true;
  }

  private void packet(String packet) throws IOException {
    if (packet.startsWith("0")) {
      send("40" + new JsonObject().put("token", token).encode());
    } else if (packet.startsWith("40")) {
      JsonObject registration =
          new JsonObject().put("userId", userId).put("deviceId", userId).put("platform", "web");
      send("42[\"register\"," + registration.encode() + "]");
    } else if (packet.startsWith("42[\"registered\"")) {
      if (!packet.contains("\"success\":true")) {
        throw new IOException(packet);
      }
      state = State.REGISTERED;
    } else if (packet.equals("2")) {
      pings++;
      send("3");
    } else if (packet.startsWith("44")) {
      throw new IOException(packet);
    }
  }

  private void send(String text) throws IOException {
    byte[] payload = text.getBytes(UTF_8);
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 8).put((byte) (FINAL | TEXT));
    if (payload.length <= LONGEST_SHORT) {
      frame.put((byte) (MASKED | payload.length));
    } else {
      frame.put((byte) (MASKED | TWO_BYTES)).putShort((short) payload.length);
    }
    // A mask of zeros is a valid one that needs no work.
    write(frame.putInt(0).put(payload).flip());
  }

  private void write(ByteBuffer bytes) throws IOException {
    channel.write(bytes);
    if (bytes.hasRemaining()) {
      throw new IOException("a socket that takes no " + bytes.remaining() + " bytes");
    }
  }
}
