package dev.switchboard.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.switchboard.deploy.chaos.Link.Way;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LinkTest {
  private static final String CLIENT = "127.0.0.1";
  private static final int ENOUGH_MILLIS = 10_000;

  private ServerSocket echo;
  private Link link;

  @BeforeEach
  void start() throws IOException {
    echo = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
    InetSocketAddress nobody = new InetSocketAddress(CLIENT, unused());
    link = new Link(CLIENT, List.of(nobody, new InetSocketAddress(CLIENT, echo.getLocalPort())));
  }

  private static int unused() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = echo.accept();
        Thread.ofVirtual()
            .start(
                () -> {
                  try (socket) {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                  } catch (IOException e) {
                    // the link has closed it
                  }
                });
      }
    } catch (IOException e) {
      // closed
    }
  }

  @AfterEach
  void stop() throws IOException {
    link.close();
    echo.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(CLIENT, link.port());
    socket.setSoTimeout(ENOUGH_MILLIS);
    return socket;
  }

  @Test
  void whoeverTakesTheConnectionIsReached() throws IOException {
    for (int i = 0; i < 3; i++) {
      try (Socket socket = connect()) {
        socket.getOutputStream().write(i);
        assertThat(socket.getInputStream().read()).isEqualTo(i);
      }
    }
  }

  @Test
  void whatIsHeldComesOnceItIsHealed() throws IOException {
    for (Way way : Way.values()) {
      try (Socket socket = connect()) {
        link.hold(CLIENT, way);
        socket.getOutputStream().write(7);
        socket.setSoTimeout(100);
        assertThatExceptionOfType(SocketTimeoutException.class)
            .isThrownBy(() -> socket.getInputStream().read());
        link.heal(CLIENT);
        socket.setSoTimeout(ENOUGH_MILLIS);
        assertThat(socket.getInputStream().read()).isEqualTo(7);
      }
    }
  }

  @Test
  void othersPassWhileOneIsHeldOrCut() throws IOException {
    link.hold("127.0.0.9", Way.THERE);
    link.cut("127.0.0.8");
    whoeverTakesTheConnectionIsReached();
  }

  @Test
  void cutEndsConnectionsAndTakesNone() throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(7);
      assertThat(socket.getInputStream().read()).isEqualTo(7);
      link.cut(CLIENT);
      assertThat(isOver(socket)).isTrue();
    }
    try (Socket socket = connect()) {
      assertThat(isOver(socket)).isTrue();
    }
    link.heal(CLIENT);
    whoeverTakesTheConnectionIsReached();
  }

  private static boolean isOver(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
