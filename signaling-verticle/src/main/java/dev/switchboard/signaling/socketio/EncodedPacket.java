package dev.switchboard.signaling.socketio;

import dev.switchboard.signaling.socketio.engine.EngineText;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * A packet encoded once, for any number of sockets of one namespace. Immutable; safe to share among
 * threads, provided that nobody changes the attachments.
 */
public final class EncodedPacket {
  private final EngineText text;
  private final List<Buffer> attachments;

  private EncodedPacket(EngineText text, List<Buffer> attachments) {
    this.text = text;
    this.attachments = attachments;
  }

  /** An event for namespace {@code /}; arguments as in {@link SocketIoSocket#emit}. */
  public static EncodedPacket event(String event, Object... args) {
    PacketEncoder encoder = new PacketEncoder();
    String packet = encoder.event("/", PacketEncoder.NO_ACK, event, args);
    return new EncodedPacket(EngineText.packet(packet), List.copyOf(encoder.attachments()));
  }

  /** From the {@link #text()} of a packet without attachments. */
  public static EncodedPacket ofText(String engineMessageText) {
    return new EncodedPacket(EngineText.packet(engineMessageText), List.of());
  }

  /** Encodes it for the wire now, on this thread, instead of when it is first sent. */
  public EncodedPacket encoded() {
    text.encode();
    return this;
  }

  /** The complete Engine.IO message, such as {@code 42["event"]}. */
  public String text() {
    return text.packet();
  }

  public List<Buffer> attachments() {
    return attachments;
  }

  EngineText engineText() {
    return text;
  }
}
