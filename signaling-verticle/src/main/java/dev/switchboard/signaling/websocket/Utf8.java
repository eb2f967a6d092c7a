package dev.switchboard.signaling.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/** Text of bytes that may not be text. */
public final class Utf8 {
  private Utf8() {}

  /** The text that the first {@code length} bytes are in well-formed UTF-8, else null. */
  public static @Nullable String decode(byte[] bytes, int length) {
    String text = new String(bytes, 0, length, UTF_8);
    // The replacement character shows up for malformed input, or because it was really sent.
    return text.indexOf('\ufffd') < 0 || isWellFormed(bytes, length) ? text : null;
  }

  private static boolean isWellFormed(byte[] bytes, int length) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
      return true;
    } catch (CharacterCodingException _) {
      return false;
    }
  }
}
