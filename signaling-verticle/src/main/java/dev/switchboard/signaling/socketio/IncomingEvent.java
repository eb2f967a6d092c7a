package dev.switchboard.signaling.socketio;

/** An event on its way to the handler of its socket. */
final class IncomingEvent implements Event {
  private final NamespaceSocket socket;
  private final IncomingPacket packet;
  private final String name;
  private final Arguments arguments;
  private final int attachedBytes;
  private boolean acknowledged;

  IncomingEvent(
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

  @Override
  public String name() {
    return name;
  }

  @Override
  public Arguments arguments() {
    return arguments;
  }

  @Override
  public int size() {
    return packet.bytes() + attachedBytes;
  }

  @Override
  public boolean wantsAck() {
    return packet.ackId() != PacketEncoder.NO_ACK && !acknowledged;
  }

  @Override
  public void ack(Object... answer) {
    if (wantsAck()) {
      acknowledged = true;
      socket.acknowledge(packet.ackId(), answer);
    }
  }
}
