package dev.switchboard.deploy.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A load balancer as plain as can be: each request goes to the next server in turn, whoever sent
 * it, and to the one after where that does not answer. Every connection carries one request.
 */
public final class RoundRobin implements AutoCloseable {
  private static final int MAX_HEAD = 64 * 1024;

  private final ServerSocket listener;
  private final List<URI> servers;
  private final AtomicInteger turn = new AtomicInteger();

  public RoundRobin(List<URI> servers) {
    this.servers = List.copyOf(servers);
    try {
      listener = new ServerSocket(0, 1_024, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name("round-robin").start(this::accept);
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
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
    try (client) {
      byte[] head = oneRequest(readHead(client.getInputStream()));
      try (Socket server = next()) {
        server.getOutputStream().write(head);
        Thread up = Thread.ofVirtual().start(() -> copy(client, server));
        copy(server, client);
        client.close();
        up.join();
      }
    } catch (IOException e) {
      // either side has gone: so has the other now
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < 4) {
      int read = in.read();
      if (read < 0 || head.size() > MAX_HEAD) {
        throw new IOException("no request");
      }
      head.write(read);
      boolean expected = read == (matched % 2 == 0 ? '\r' : '\n');
      matched = expected ? matched + 1 : read == '\r' ? 1 : 0;
    }
    return head.toString(ISO_8859_1);
  }

  /** Asks the server to close after the answer, so that the next request has its own turn. */
  private static byte[] oneRequest(String head) {
    if (head.toLowerCase(Locale.ROOT).contains("\r\nupgrade:")) {
      return head.getBytes(ISO_8859_1);
    }
    return head.replaceAll("(?i)\r\nconnection:[^\r]*", "")
        .replaceFirst("\r\n\r\n$", "\r\nConnection: close\r\n\r\n")
        .getBytes(ISO_8859_1);
  }

  private Socket next() throws IOException {
    IOException last = new IOException("no server");
    for (int tries = 0; tries < servers.size(); tries++) {
      URI server = servers.get(Math.floorMod(turn.getAndIncrement(), servers.size()));
      try {
        return new Socket(server.getHost(), server.getPort());
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
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
