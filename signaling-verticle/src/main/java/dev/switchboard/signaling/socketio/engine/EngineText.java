package dev.switchboard.signaling.socketio.engine;

import dev.switchboard.signaling.websocket.WebSocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A text message encoded once, whoever and however many receive it. Immutable; safe to share among
 * threads.
 */
public final class EngineText {
  private final String packet;
  private volatile byte @Nullable [] frame;

  private EngineText(String packet) {
    this.packet = packet;
  }

  /** From a complete Engine.IO message packet, which begins with {@code 4}. */
  public static EngineText packet(String packet) {
    if (packet.isEmpty() || packet.charAt(0) != '4') {
      throw new IllegalArgumentException("a message packet begins with 4");
    }
    return new EngineText(packet);
  }

  /** Makes the bytes of the WebSocket frame now, on this thread. */
  public void encode() {
    frame();
  }

  /** The complete Engine.IO packet. */
  public String packet() {
    return packet;
  }

  /**
   * The bytes of the WebSocket frame: servers send frames unmasked, so all recipients share them.
   */
  byte[] frame() {
    byte[] bytes = frame;
    if (bytes == null) {
      bytes = WebSocketChannel.frame(packet);
      frame = bytes;
    }
    return bytes;
  }
}
