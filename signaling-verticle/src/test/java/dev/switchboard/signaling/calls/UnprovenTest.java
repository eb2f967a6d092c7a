package dev.switchboard.signaling.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UnprovenTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private long pings;
  private long pongs;
  private Promise<Boolean> probe = Promise.promise();
  private final Unproven unproven = new Unproven(socket());

  private SocketIoSocket socket() {
    return (SocketIoSocket)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {SocketIoSocket.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "pings" -> pings;
                  case "pongs" -> pongs;
                  case "ping" -> {
                    pings++;
                    yield null;
                  }
                  case "probe" -> {
                    pings++;
                    probe = Promise.promise();
                    yield probe.future();
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private void send(String... frames) {
    for (String frame : frames) {
      unproven.add(new EdgeMessage("s", frame, null), frame);
    }
  }

  private List<String> left() {
    return unproven.takeAll().stream().map(EdgeMessage::frame).toList();
  }

  @Test
  void firstFrameIsAskedForAtOnceAndTheOthersTogether() {
    send("a", "b", "c");
    assertThat(pings).isEqualTo(1);
    assertThat(unproven.isSettled()).isFalse();
    assertThat(pings).isEqualTo(2);
    pongs = 1;
    assertThat(unproven.isSettled()).isFalse();
    assertThat(pings).isEqualTo(2);
    assertThat(left()).containsExactly("b", "c");
  }

  @Test
  void pongOfAPingThatWasSentBeforeProvesNothing() {
    pings = 1;
    send("a");
    pongs = 1;
    assertThat(unproven.isSettled()).isFalse();
    pongs = 2;
    assertThat(unproven.isSettled()).isTrue();
    assertThat(left()).isEmpty();
  }

  @Test
  void clientThatDoesNotAnswerIsNotAskedWithoutEnd() {
    send("a");
    for (int i = 0; i < 9; i++) {
      send("b");
      unproven.isSettled();
    }
    assertThat(pings).isEqualTo(3);
  }

  @Test
  void oldestAreForgottenIfThereAreMany() {
    for (int i = 0; i < 600; i++) {
      send(Integer.toString(i));
    }
    assertThat(left()).hasSize(512).startsWith("88").endsWith("599");
    send("x".repeat(1 << 19), "y".repeat(1 << 19), "z");
    assertThat(left()).hasSize(2).endsWith("z");
  }

  @Test
  void lastAnswerIsThatToTheLastPing() {
    send("a", "b");
    Future<?> settled = unproven.settle(LONG);
    pongs = 1;
    probe.complete(true);
    assertThat(settled.isComplete()).isFalse();
    pongs = 3;
    probe.complete(true);
    assertThat(settled.succeeded()).isTrue();
    assertThat(left()).isEmpty();
  }

  @Test
  void whoDoesNotAnswerHasNotGotIt() {
    send("a", "b");
    Future<?> settled = unproven.settle(LONG);
    probe.complete(false);
    assertThat(settled.succeeded()).isTrue();
    assertThat(left()).containsExactly("a", "b");
    assertThat(unproven.settle(LONG).succeeded()).isTrue();
  }
}
