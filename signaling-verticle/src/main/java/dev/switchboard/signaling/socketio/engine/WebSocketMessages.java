package dev.switchboard.signaling.socketio.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * Puts the messages of a WebSocket together from its frames (RFC 6455 section 5.4), bounded in size
 * and with UTF-8 checked. Belongs to the event loop of the connection.
 */
public final class WebSocketMessages {
  /** What is wrong with a frame or a message, after which nothing more is received. */
  public enum Fault {
    TOO_LARGE(1009),
    NOT_UTF8(1007),
    /** Not as RFC 6455 section 5 has it. */
    MALFORMED(1002);

    private final int closeCode;

    Fault(int closeCode) {
      this.closeCode = closeCode;
    }

    /** The status code of the Close frame that says so (RFC 6455 section 7.4.1). */
    public int closeCode() {
      return closeCode;
    }
  }

  private @Nullable ByteBuf gathered;
  private boolean text;

  /**
   * Returns a text as {@code String}, a binary message as {@code Buffer}, a {@link Fault}, or null
   * while more is to come.
   */
  public @Nullable Object add(WebSocketFrame frame, int maxBytes) {
    if (frame.isText() || frame.isBinary()) {
      if (gathered != null) {
        return Fault.MALFORMED;
      }
      text = frame.isText();
      if (frame.isFinal()) {
        return whole(frame, maxBytes);
      }
      gathered = Unpooled.buffer(256);
      return append(frame, maxBytes);
    }
    return frame.isContinuation() ? append(frame, maxBytes) : null;
  }

  private Object whole(WebSocketFrame frame, int maxBytes) {
    if (!text) {
      Buffer message = frame.binaryData();
      return message.length() > maxBytes ? Fault.TOO_LARGE : message;
    }
    String message = frame.textData();
    // Only where the count of characters leaves a doubt are the bytes counted.
    if (message.length() > maxBytes / 3 && frame.binaryData().length() > maxBytes) {
      return Fault.TOO_LARGE;
    }
    if (message.indexOf('\ufffd') >= 0
        && PayloadCodec.utf8(frame.binaryData().getBytes()) == null) {
      return Fault.NOT_UTF8;
    }
    return message;
  }

  private @Nullable Object append(WebSocketFrame frame, int maxBytes) {
    ByteBuf buffer = gathered;
    if (buffer == null) {
      return Fault.MALFORMED;
    }
    Buffer part = frame.binaryData();
    if (buffer.readableBytes() + (long) part.length() > maxBytes) {
      gathered = null;
      return Fault.TOO_LARGE;
    }
    buffer.writeBytes(part.getBytes());
    if (!frame.isFinal()) {
      return null;
    }
    gathered = null;
    byte[] message = new byte[buffer.readableBytes()];
    buffer.readBytes(message);
    if (!text) {
      return Buffer.buffer(message);
    }
    String decoded = PayloadCodec.utf8(message);
    return decoded == null ? Fault.NOT_UTF8 : decoded;
  }
}
