package dev.switchboard.deploy.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A way over TCP to whichever of some targets takes the connection, each first in turn. For one
 * client, known by its address, it can be cut, or made to pass nothing on in a direction for a
 * time: what is lost on a network TCP sends again, so that it comes late and not never.
 */
final class Link implements AutoCloseable {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int BUFFER_BYTES = 65_536;

  /** A direction. */
  enum Way {
    /** To the target. */
    THERE,
    BACK
  }

  private final ServerSocket listener;
  private final List<InetSocketAddress> targets;
  private final AtomicInteger turn = new AtomicInteger();
  private final Map<Socket, String> open = new ConcurrentHashMap<>();
  private final Set<String> cut = ConcurrentHashMap.newKeySet();
  private final Set<Held> held = new HashSet<>();
  private final Object gate = new Object();

  private record Held(String client, Way way) {}

  /** Listens on a free port of an address. */
  Link(String address, List<InetSocketAddress> targets) {
    this.targets = targets;
    try {
      listener = new ServerSocket(0, 256, InetAddress.getByName(address));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name("link").start(this::accept);
  }

  /** One to a port of this machine's loopback. */
  static Link to(String address, int port) {
    return new Link(address, List.of(new InetSocketAddress("127.0.0.1", port)));
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Breaks every connection of a client and takes no new one. */
  void cut(String client) {
    cut.add(client);
    open.forEach(
        (socket, whose) -> {
          if (whose.equals(client)) {
            closeQuietly(socket);
          }
        });
  }

  /** Holds back what goes in a direction. */
  void hold(String client, Way way) {
    synchronized (gate) {
      held.add(new Held(client, way));
    }
  }

  /** Passes on what was held back, and takes connections. */
  void heal(String client) {
    synchronized (gate) {
      held.removeIf(one -> one.client().equals(client));
      gate.notifyAll();
    }
    cut.remove(client);
  }

  private void accept() {
    try {
      while (true) {
        Socket from = listener.accept();
        Thread.ofVirtual().start(() -> serve(from));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket from) {
    String client = from.getInetAddress().getHostAddress();
    Socket to = cut.contains(client) ? null : connect();
    if (to == null) {
      closeQuietly(from);
      return;
    }
    open.put(from, client);
    open.put(to, client);
    try (from;
        to) {
      if (cut.contains(client)) {
        return;
      }
      from.setTcpNoDelay(true);
      to.setTcpNoDelay(true);
      Thread back = Thread.ofVirtual().start(() -> pass(to, from, new Held(client, Way.BACK)));
      pass(from, to, new Held(client, Way.THERE));
      back.join();
    } catch (IOException e) {
      // either side has gone: so has the other now
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private @Nullable Socket connect() {
    int first = turn.getAndIncrement();
    for (int i = 0; i < targets.size(); i++) {
      Socket socket = new Socket();
      try {
        socket.connect(targets.get(Math.floorMod(first + i, targets.size())), CONNECT_MILLIS);
        return socket;
      } catch (IOException e) {
        closeQuietly(socket);
      }
    }
    return null;
  }

  /** Returns when either side has closed; both are then. */
  private void pass(Socket from, Socket to, Held passage) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitPassage(passage);
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // the other direction ends as well
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  private void awaitPassage(Held passage) throws InterruptedException {
    synchronized (gate) {
      while (held.contains(passage)) {
        gate.wait();
      }
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is gone either way
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    synchronized (gate) {
      held.clear();
      gate.notifyAll();
    }
    open.keySet().forEach(Link::closeQuietly);
  }
}
