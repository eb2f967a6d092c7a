package dev.switchboard.signaling.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.signaling.testing.SlowSocket;
import io.vertx.core.Vertx;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class CandidateQueueTest {
  private static final Vertx vertx = Vertx.vertx();

  private final SlowSocket reader = new SlowSocket();
  private final CandidateQueue queue = new CandidateQueue(vertx, reader.socket());
  private long now = 1_000;

  @AfterAll
  static void stop() {
    Await.await(vertx.close());
  }

  private String candidate(int number) {
    return "42[\"ice_candidate\",{\"candidate\":\"c" + number + "\",\"timestamp\":" + now++ + "}]";
  }

  private static String sdp() {
    return "42[\"sdp_offer\",{\"sdp\":\"x\",\"timestamp\":1}]";
  }

  @Test
  void whoReadsGetsThemAtOnce() {
    String frame = candidate(1);
    queue.candidate(frame);
    assertThat(reader.sent()).containsExactly(frame);
  }

  @Test
  void ofTheSameCandidateOneWaitsForWhoReadsSlowly() {
    reader.slow(true);
    String first = candidate(1);
    String second = candidate(2);
    Await.await(
        vertx.executeBlocking(
            () -> {
              queue.candidate(first);
              queue.candidate(second);
              queue.candidate(candidate(1));
              return null;
            }));
    assertThat(reader.sent()).isEmpty();
    reader.slow(false);
    Await.until(() -> reader.sent().size() == 2);
    assertThat(reader.sent()).containsExactly(first, second);
  }

  @Test
  void nothingOvertakesThemAndNoneFollowsTheEnd() {
    reader.slow(true);
    String first = candidate(1);
    queue.candidate(first);
    queue.before(sdp());
    assertThat(reader.sent()).containsExactly(first);
    queue.candidate(candidate(2));
    queue.before("42[\"call_end\",{}]");
    queue.before(sdp());
    assertThat(reader.sent()).containsExactly(first);
  }

  @Test
  void ofManyTheNewestWait() {
    reader.slow(true);
    IntStream.range(0, 300).mapToObj(this::candidate).forEach(queue::candidate);
    queue.before(sdp());
    assertThat(reader.sent()).hasSize(256);
    assertThat(reader.sent().getFirst()).contains("\"c44\"");
    assertThat(reader.sent().getLast()).contains("\"c299\"");
  }
}
