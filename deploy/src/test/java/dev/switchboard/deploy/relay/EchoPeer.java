package dev.switchboard.deploy.relay;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;

/** A peer on this machine that sends back what it gets over UDP. */
final class EchoPeer implements AutoCloseable {
  private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());

  EchoPeer() throws IOException {
    Thread.ofVirtual().name("echo-peer").start(this::echo);
  }

  int port() {
    return socket.getLocalPort();
  }

  private void echo() {
    DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
    while (!socket.isClosed()) {
      try {
        packet.setLength(2048);
        socket.receive(packet);
        socket.send(packet);
      } catch (IOException e) {
        // The socket is closed when the test is over.
      }
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
