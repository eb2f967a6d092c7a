package dev.switchboard.deploy.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Makes a server of this machine's loopback reachable at another address of it, byte by byte. */
public final class Forwarder implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;

  /** Listens on a free port of an address and passes on to a loopback port. */
  public Forwarder(String address, int target) {
    this.target = target;
    try {
      listener = new ServerSocket(0, 64, InetAddress.getByName(address));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name("forwarder").start(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      Thread up = Thread.ofVirtual().start(() -> copy(client, server));
      copy(server, client);
      client.close();
      up.join();
    } catch (IOException e) {
      // either side has gone: so has the other now
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      OutputStream out = to.getOutputStream();
      from.getInputStream().transferTo(out);
      to.shutdownOutput();
    } catch (IOException e) {
      // the other direction ends as well
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
