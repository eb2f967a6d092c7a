package dev.switchboard.signaling.socketio.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * Writes whole unmasked WebSocket frames (RFC 6455 section 5.2), header and payload in one buffer.
 */
final class WebSocketFrames {
  private static final int FINAL_TEXT = 0x81;
  private static final int FINAL_BINARY = 0x82;
  private static final int MAX_HEADER = 10;

  private WebSocketFrames() {}

  static byte[] text(String text) {
    byte[] payload = text.getBytes(UTF_8);
    ByteBuf frame = Unpooled.buffer(headerLength(payload.length) + payload.length);
    writeHeader(frame, FINAL_TEXT, payload.length);
    frame.writeBytes(payload);
    return frame.array();
  }

  static ByteBuf text(ByteBufAllocator allocator, String text) {
    byte[] payload = text.getBytes(UTF_8);
    ByteBuf frame = allocator.ioBuffer(headerLength(payload.length) + payload.length);
    writeHeader(frame, FINAL_TEXT, payload.length);
    return frame.writeBytes(payload);
  }

  static ByteBuf binaryHeader(ByteBufAllocator allocator, int length) {
    ByteBuf header = allocator.ioBuffer(MAX_HEADER);
    writeHeader(header, FINAL_BINARY, length);
    return header;
  }

  private static int headerLength(int length) {
    return length < 126 ? 2 : length < 65536 ? 4 : MAX_HEADER;
  }

  private static void writeHeader(ByteBuf frame, int firstByte, int length) {
    frame.writeByte(firstByte);
    if (length < 126) {
      frame.writeByte(length);
    } else if (length < 65536) {
      frame.writeByte(126).writeShort(length);
    } else {
      frame.writeByte(127).writeLong(length);
    }
  }
}
