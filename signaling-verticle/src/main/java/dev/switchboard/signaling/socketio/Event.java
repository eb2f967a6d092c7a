package dev.switchboard.signaling.socketio;

import java.util.Objects;

/** An event from a client. Used on the event loop of its socket only. */
public final class Event {
  /** How many levels the list of name and arguments may have, itself included. */
  public static final int MOST_LEVELS = JsonText.MOST_LEVELS;

  private final NamespaceSocket socket;
  private final IncomingPacket packet;
  private final String name;
  private final Arguments arguments;
  private final int attachedBytes;
  private boolean acknowledged;

  Event(
      NamespaceSocket socket,
      IncomingPacket packet,
      String name,
      Arguments arguments,
      int attachedBytes) {
    this.socket = socket;
    this.packet = packet;
    this.name = name;
    this.arguments = arguments;
    this.attachedBytes = attachedBytes;
  }

  /**
   * An event as if the client had just sent it, without an acknowledgement.
   *
   * @param argument JSON text
   */
  public static Event of(SocketIoSocket socket, String name, String argument) {
    String text = EncodedPacket.event(name, new RawJson(argument)).text().substring(1);
    IncomingPacket packet = Objects.requireNonNull(IncomingPacket.decode(text, 0), "no event");
    JsonScanner.Places places = Objects.requireNonNull(packet.slices()).places();
    return new Event(
        (NamespaceSocket) socket, packet, name, new Arguments(text, places, 1, null), 0);
  }

  public String name() {
    return name;
  }

  /** The arguments behind the name, without the acknowledgement function. */
  public Arguments arguments() {
    return arguments;
  }

  /**
   * True if objects and lists stand one in another in more than {@link #MOST_LEVELS} levels: its
   * arguments were not read then, and it has none.
   */
  public boolean isTooDeep() {
    return packet.isTooDeep();
  }

  /** Bytes of the packet and its attachments as they came. Counts those of the packet. */
  public int size() {
    return packet.bytes() + attachedBytes;
  }

  /** True if {@link #size} is at most this; most are so short that nothing is counted. */
  public boolean isWithin(int most) {
    return packet.isWithin(most - attachedBytes);
  }

  /** True if the arguments, with their attachments and without the name, have at most so many. */
  public boolean hasPayloadWithin(int most) {
    return isWithin(most) || isWithin(most + packet.envelopeBytes());
  }

  /** True if the client passed an acknowledgement function that has not been called yet. */
  public boolean wantsAck() {
    return packet.ackId() != PacketEncoder.NO_ACK && !acknowledged;
  }

  /**
   * Answers the acknowledgement; does nothing where none is wanted. Arguments as in {@link
   * SocketIoSocket#emit}.
   */
  public void ack(Object... answer) {
    if (wantsAck()) {
      acknowledged = true;
      socket.acknowledge(packet.ackId(), answer);
    }
  }
}
