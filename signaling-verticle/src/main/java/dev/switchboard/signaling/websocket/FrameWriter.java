package dev.switchboard.signaling.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Writes whole unmasked frames (RFC 6455 section 5.2), as servers send them. */
final class FrameWriter {
  static final int MAX_HEADER_BYTES = 10;
  static final int FINAL_TEXT = 0x81;
  static final int FINAL_BINARY = 0x82;
  static final int CLOSE = 0x88;
  static final int PING = 0x89;
  static final int PONG = 0x8a;

  private FrameWriter() {}

  /** A text frame, header and payload. */
  static byte[] text(String text) {
    byte[] payload = text.getBytes(UTF_8);
    ByteBuf frame = Unpooled.buffer(headerBytes(payload.length) + payload.length);
    header(frame, FINAL_TEXT, payload.length);
    frame.writeBytes(payload);
    return frame.array();
  }

  private static int headerBytes(int length) {
    return length < 126 ? 2 : length < 65536 ? 4 : MAX_HEADER_BYTES;
  }

  /**
   * Writes the header of a frame.
   *
   * @param firstByte one of the constants
   * @param length of the payload that follows, in bytes
   */
  static void header(ByteBuf frame, int firstByte, int length) {
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
