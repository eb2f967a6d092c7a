package dev.switchboard.signaling.socketio.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.fuzz.Damage;
import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import dev.switchboard.shared.testing.fuzz.Trial;
import dev.switchboard.signaling.socketio.Admission;
import dev.switchboard.signaling.socketio.Event;
import dev.switchboard.signaling.socketio.SocketIoOptions;
import dev.switchboard.signaling.socketio.SocketIoServer;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Sessions whose client polls as it likes: each poll is answered, no handler of the program fails,
 * and of a session that has ended nothing is left.
 */
final class SessionFuzzTest {
  private static final int MOST_BYTES = 300_000;
  private static final List<String> METHODS =
      List.of("POST", "POST", "POST", "POST", "GET", "GET", "PUT", "");
  private static final List<String> PACKETS =
      List.of(
          "40",
          "40{}",
          "40/none,",
          "41",
          "3",
          "2",
          "2probe",
          "5",
          "6",
          "1",
          "",
          "4",
          "9",
          "bAAA=",
          "b!");
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private Vertx vertx;
  private Context loop;
  private EngineServer engine;
  private int open;
  private int events;

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    loop = vertx.getOrCreateContext();
    EngineOptions options =
        EngineOptions.builder()
            .maxPayloadBytes(MOST_BYTES)
            .slowConsumerBytes(Long.MAX_VALUE)
            .transports(Set.of(PollingTransport.NAME))
            .build();
    engine = onLoop(() -> server(options).engine());
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private <T> T onLoop(Callable<T> call) throws Exception {
    Promise<T> done = Promise.promise();
    loop.runOnContext(
        _ -> {
          try {
            done.complete(call.call());
          } catch (Throwable e) {
            done.fail(e);
          }
        });
    return done.future().await(20, TimeUnit.SECONDS);
  }

  private SocketIoServer server(EngineOptions options) {
    EngineMetrics metrics =
        new EngineMetrics() {
          @Override
          public void opened(String transport) {
            open++;
          }

          @Override
          public void closed(String transport, CloseCause cause) {
            open--;
            if (cause == CloseCause.SERVER_CLOSE) {
              failed(new AssertionError("a message handler failed"));
            }
          }
        };
    return new SocketIoServer(vertx, SocketIoOptions.of(options), new EdgeName("node", 0), metrics)
        .namespace(
            "/",
            Admission.ALL,
            (socket, handshake) -> socket.onEvent(event -> echo(socket, event)));
  }

  private void failed(Throwable e) {
    failure.compareAndSet(null, e);
  }

  /** Reads all of an event, and sends it back in each way there is. */
  private void echo(SocketIoSocket socket, Event event) {
    try {
      events++;
      Object[] arguments = new Object[event.arguments().size()];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = event.arguments().get(i);
        assertThat(event.arguments().raw(i)).isNotEmpty();
      }
      assertThat(event.size()).isPositive();
      socket.emit(event.name(), arguments);
      socket.emitWithAck(1_000, event.name(), arguments);
      event.ack(arguments);
    } catch (RuntimeException | AssertionError e) {
      failed(e);
    }
  }

  private static byte[] body(RandomGenerator random) {
    StringBuilder body = new StringBuilder(OddJson.onceIn(random, 4) ? "" : "40\u001e");
    for (int left = random.nextInt(4); left >= 0; left--) {
      body.append(packet(random)).append(left > 0 ? "\u001e" : "");
    }
    if (OddJson.onceIn(random, 2_000)) {
      body.append("\u001e42[\"large\",\"").repeat('x', 200_000).append("\"]");
    }
    byte[] whole = body.toString().getBytes(UTF_8);
    return OddJson.onceIn(random, 8) ? Damage.bytes(random, whole) : whole;
  }

  private static String packet(RandomGenerator random) {
    String ack = OddJson.onceIn(random, 2) ? "" : Integer.toString(random.nextInt(4));
    String placeholder = ",{\"_placeholder\":true,\"num\":0}";
    return switch (random.nextInt(8)) {
      case 0 -> OddJson.one(random, PACKETS);
      case 1 -> "451-" + ack + "[\"x\"" + placeholder + "]\u001ebAAEC";
      case 2 -> "452-" + ack + "[\"x\"" + placeholder + "]";
      case 3 -> "43" + ack + OddJson.arrayOf(random, OddJson.value(random));
      default -> "42" + ack + OddJson.arrayOf(random, OddJson.string(random));
    };
  }

  @Test
  void eachPollIsAnsweredAndNothingStaysBehind() throws InterruptedException {
    Fuzz.run(this::isAnswered).atLeast(0.3, "reached a handler").atLeast(0.1, "refused");
  }

  private void isAnswered(Trial trial) throws Exception {
    List<String> sent = trial.of(new ArrayList<>());
    int before = events;
    List<Future<PollResponse>> answers = new ArrayList<>();
    String sid = onLoop(() -> polls(trial.random(), sent, answers));
    for (Future<PollResponse> answer : answers) {
      int status = answer.await(20, TimeUnit.SECONDS).status();
      assertThat(status).isIn(200, 400, 413);
      if (status >= 400) {
        trial.count("refused");
      }
    }
    assertThat(failure.get()).isNull();
    onLoop(
        () -> {
          assertThat(engine.inspect(sid)).isNull();
          assertThat(open).isZero();
          return null;
        });
    if (events > before) {
      trial.count("reached a handler");
    }
  }

  /** Ends with the session itself, which answers what still waits. */
  private String polls(
      RandomGenerator random, List<String> sent, List<Future<PollResponse>> answers) {
    String packet = engine.openPolling(Map.of());
    String sid = new JsonObject(packet.substring(1)).getString("sid");
    boolean fit = !OddJson.onceIn(random, 4);
    for (int left = random.nextInt(1, 6); left > 0; left--) {
      String method = fit ? "POST" : OddJson.one(random, METHODS);
      fit = false;
      byte[] body = method.equals("POST") ? body(random) : new byte[0];
      sent.add(method + " " + new String(body, UTF_8));
      PollRequest poll = new PollRequest(sid, "poll " + left, method, Buffer.buffer(body));
      answers.add(engine.poll(poll));
      if (OddJson.onceIn(random, 16)) {
        engine.abandoned(poll);
      }
    }
    loop.runOnContext(_ -> engine.violated(sid));
    return sid;
  }
}
