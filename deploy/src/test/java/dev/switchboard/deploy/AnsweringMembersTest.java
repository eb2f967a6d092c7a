package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AnsweringMembersTest {
  private static final int FIRST_PORT = 1;
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  private static String address(int port) {
    return "127.0.0.1:" + port;
  }

  /** Something that answers what is sent first, and closes the connection. */
  private String answering(UnaryOperator<byte[]> answer) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    open.add(server);
    Thread.ofVirtual().start(() -> serve(server, answer));
    return address(server.getLocalPort());
  }

  private static void serve(ServerSocket server, UnaryOperator<byte[]> answer) {
    while (!server.isClosed()) {
      try (Socket taken = server.accept()) {
        taken.getOutputStream().write(answer.apply(taken.getInputStream().readNBytes(3)));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private String refusing() throws IOException {
    Socket held = new Socket();
    open.add(held);
    held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return address(held.getLocalPort());
  }

  private static AnsweringMembers members(List<String> named) {
    return new AnsweringMembers(() -> named, FIRST_PORT, 2);
  }

  @Test
  void leavesOutWhatIsNoMemberUntilThisProcessHasJoined() throws IOException {
    String member = answering(greeting -> greeting);
    String closing = answering(greeting -> new byte[0]);
    String other = answering(greeting -> "HTTP/1.1 400\r\n".getBytes(StandardCharsets.US_ASCII));
    String later = refusing();
    List<String> all = List.of(member, closing, other, later);
    AnsweringMembers members = members(all);
    assertThat(members.getMembers()).containsExactly(member, later);
    members.joined();
    assertThat(members.getMembers()).isEqualTo(all);
  }

  @Test
  void oneWithoutAPortMayHaveAny() {
    assertThat(members(List.of("127.0.0.1", "[::1]")).getMembers())
        .containsExactly("127.0.0.1:1", "127.0.0.1:2", "[::1]:1", "[::1]:2");
  }
}
