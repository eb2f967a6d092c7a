package dev.switchboard.shared.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Another way to a server of this machine's loopback, byte by byte: at another address, and one on
 * which answers can get lost.
 */
public final class Forwarder implements AutoCloseable {
  private static final int BUFFER_BYTES = 65_536;

  private final ServerSocket listener;
  private final int target;
  private final AtomicReference<@Nullable String> lost = new AtomicReference<>();
  private final AtomicReference<@Nullable String> swallowed = new AtomicReference<>();

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

  /** The next connection that asks with this text is not answered from then on. */
  public void loseAnswerTo(String text) {
    lost.set(text);
  }

  /** Nothing is passed on of the next connection that asks with this text, from then on. */
  public void swallow(String text) {
    swallowed.set(text);
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
      Answers answers = new Answers(server.getInputStream(), client.getOutputStream());
      Thread down = Thread.ofVirtual().start(answers);
      byte[] buffer = new byte[BUFFER_BYTES];
      InputStream in = client.getInputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        String sent = new String(buffer, 0, read, ISO_8859_1);
        if (isNext(lost, sent)) {
          answers.lost = true;
        }
        if (isNext(swallowed, sent)) {
          answers.swallows = true;
        }
        if (!answers.swallows) {
          server.getOutputStream().write(buffer, 0, read);
        }
      }
      server.shutdownOutput();
      down.join();
    } catch (IOException e) {
      // either side has gone: so has the other now
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isNext(AtomicReference<@Nullable String> awaited, String sent) {
    String text = awaited.get();
    boolean next = text != null && sent.contains(text);
    if (next) {
      awaited.set(null);
    }
    return next;
  }

  private static final class Answers implements Runnable {
    private final InputStream in;
    private final OutputStream out;
    volatile boolean lost;
    boolean swallows;

    Answers(InputStream in, OutputStream out) {
      this.in = in;
      this.out = out;
    }

    @Override
    public void run() {
      byte[] buffer = new byte[BUFFER_BYTES];
      try {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          if (!lost) {
            out.write(buffer, 0, read);
          }
        }
        out.close();
      } catch (IOException e) {
        // the other direction ends as well
      }
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
