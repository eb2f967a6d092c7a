package dev.switchboard.shared.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.dns.DnsClientOptions;
import java.net.UnknownHostException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a name server on loopback; what the machine's own answers must not matter here. */
final class HostNamesIT {
  private static final int SERVFAIL = 2;
  private static final int NXDOMAIN = 3;
  private static final int SILENCE = -1;

  /** Under a name that no machine's resolver may find (RFC 6761), so that ours is asked. */
  private static final String NAME = "push.service.invalid";

  private final Vertx vertx = Vertx.vertx();
  private volatile int code = NXDOMAIN;
  private HostNames names;

  @BeforeEach
  void start() {
    DatagramSocket server = vertx.createDatagramSocket();
    server.handler(
        packet -> {
          if (code != SILENCE) {
            // the question again, as an answer (RFC 1035 section 4.1.1)
            Buffer answer = packet.data().copy();
            answer.setByte(2, (byte) 0x81).setByte(3, (byte) (0x80 | code));
            server.send(answer, packet.sender().port(), packet.sender().host());
          }
        });
    int port = Await.await(server.listen(0, "127.0.0.1")).localAddress().port();
    DnsClientOptions options =
        new DnsClientOptions().setHost("127.0.0.1").setPort(port).setQueryTimeout(200);
    names = new HostNames(() -> vertx.createDnsClient(options));
  }

  @AfterEach
  void stop() {
    Await.await(vertx.close());
  }

  @Test
  void onlyANameServersNoCounts() {
    assertThatThrownBy(() -> names.resolve(NAME))
        .isInstanceOf(EndpointGuard.NoSuchHostException.class);
    for (int other : new int[] {SERVFAIL, SILENCE}) {
      code = other;
      assertThatThrownBy(() -> names.resolve(NAME))
          .as("%s", other)
          .isExactlyInstanceOf(UnknownHostException.class);
    }
  }

  @Test
  void addressesAreNotLookedUp() throws UnknownHostException {
    assertThat(names.resolve("127.0.0.1")).hasSize(1);
    assertThat(names.resolve("::1")).hasSize(1);
  }
}
