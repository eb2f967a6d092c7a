package dev.switchboard.deploy.idle;

import dev.switchboard.deploy.idle.IdleClient.State;
import dev.switchboard.deploy.testing.UserTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Clients of one server, all on one thread. They come from addresses of loopback beside the usual
 * one, since an address has ports for 28,000 connections only. The counts may be read from every
 * thread.
 */
final class IdleClients implements AutoCloseable {
  /** How many connect at a time. */
  private static final int AT_ONCE = 64;

  private static final int OF_AN_ADDRESS = 20_000;
  private static final int FIRST_ADDRESS = 2;
  private static final int BUFFER_BYTES = 65_536;
  private static final long LOOK_MILLIS = 20;

  private final InetSocketAddress server;
  private final String secret;
  private final String name;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final Selector selector;
  private final Thread thread;
  private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
  private final AtomicInteger registered = new AtomicInteger();
  private final AtomicInteger gone = new AtomicInteger();
  private final AtomicInteger told = new AtomicInteger();
  private final AtomicLong pings = new AtomicLong();
  private volatile int wanted;
  private volatile boolean over;
  private int begun;
  private int connecting;

  /**
   * Nobody yet.
   *
   * @param secret what the server verifies tokens with
   * @param name what the users' ids begin with
   */
  IdleClients(InetSocketAddress server, String secret, String name) {
    this.server = server;
    this.secret = secret;
    this.name = name;
    try {
      this.selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  /** From now on there shall be so many, each registered as a user of its own. */
  void want(int count) {
    wanted = count;
    selector.wakeup();
  }

  /** How many have registered so far. Throws if one could not connect or register. */
  int registered() {
    IOException failed = failure.get();
    if (failed != null) {
      throw new UncheckedIOException(failed);
    }
    return registered.get();
  }

  /** How many of those that had registered are gone. */
  int gone() {
    return gone.get();
  }

  /** How many of those that are gone were told so by a frame of their WebSocket. */
  int told() {
    return told.get();
  }

  /** How many pings all together have answered. */
  long pings() {
    return pings.get();
  }

  private void run() {
    try {
      while (!over) {
        while (connecting < AT_ONCE && begun < wanted) {
          begin(begun++);
        }
        selector.select(this::handle, LOOK_MILLIS);
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      failure.compareAndSet(null, e);
    }
  }

  private void begin(int number) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    channel.bind(new InetSocketAddress("127.0.0." + (FIRST_ADDRESS + number / OF_AN_ADDRESS), 0));
    channel.connect(server);
    String user = name + "-" + number;
    IdleClient client = new IdleClient(channel, user, UserTokens.sign(secret, user));
    channel.register(selector, SelectionKey.OP_CONNECT, client);
    connecting++;
  }

  private void handle(SelectionKey key) {
    IdleClient client = (IdleClient) key.attachment();
    State before = client.state();
    long pingsBefore = client.pings();
    try {
      if (before == State.CONNECTING) {
        client.connected();
        key.interestOps(SelectionKey.OP_READ);
      } else {
        client.read(buffer);
      }
    } catch (IOException e) {
      close(key);
      if (before == State.REGISTERED) {
        lost(client);
      } else {
        failure.compareAndSet(null, e);
      }
      return;
    }
    pings.addAndGet(client.pings() - pingsBefore);
    if (before != State.REGISTERED && client.state() == State.REGISTERED) {
      registered.incrementAndGet();
      connecting--;
    } else if (client.state() == State.GONE) {
      if (before == State.REGISTERED) {
        lost(client);
      } else {
        failure.compareAndSet(null, new IOException("closed while it was " + before));
      }
    }
  }

  private static void close(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  private void lost(IdleClient client) {
    gone.incrementAndGet();
    if (client.isClosedByServer()) {
      told.incrementAndGet();
    }
  }

  /** Ends those that are left without a word. */
  @Override
  public void close() {
    over = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
