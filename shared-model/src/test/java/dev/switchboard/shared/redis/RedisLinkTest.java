package dev.switchboard.shared.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisLinkTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    Await.await(vertx.close());
  }

  /** Greets, then hangs up on the first real command, as a Redis that is killed does. */
  private static void greetThenHangUp(NetSocket socket) {
    socket.handler(
        received -> {
          String text = received.toString();
          if (text.contains("\nGET\r")) {
            socket.close();
          } else {
            text.lines().filter(l -> l.startsWith("*")).forEach(l -> socket.write("+OK\r\n"));
          }
        });
  }

  @Test
  void commandUnderWayWhenTheConnectionEndsFailsAsUnavailable() {
    NetServer server =
        Await.await(
            vertx
                .createNetServer()
                .connectHandler(RedisLinkTest::greetThenHangUp)
                .listen(0, "127.0.0.1"));
    RedisOptions options =
        new RedisOptions()
            .setProtocolNegotiation(false)
            .setConnectionString("redis://127.0.0.1:" + server.actualPort());
    RedisLinks links = RedisLinks.to(vertx, options, RedisObserver.NONE);
    RedisLink link = links.open();
    Await.await(link.ready());
    assertThat(Await.failure(link.send(Request.cmd(Command.GET).arg("key"))))
        .isInstanceOf(StoreUnavailableException.class);
    link.close();
  }
}
