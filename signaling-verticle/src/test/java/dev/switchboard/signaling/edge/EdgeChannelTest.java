package dev.switchboard.signaling.edge;

import static dev.switchboard.shared.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.role.EdgeId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class EdgeChannelTest {
  private static final EdgeId TARGET = new EdgeId("node", 0);
  private static final int LOST = 1;

  private final List<EdgeEnvelope> overTheBus = new ArrayList<>();
  private final List<Promise<Receipt>> answers = new ArrayList<>();
  private final AtomicInteger expired = new AtomicInteger();
  private final EdgeChannel channel =
      new EdgeChannel(TARGET, "channel", this::send, null, expired::incrementAndGet);

  private Future<Receipt> send(EdgeEnvelope envelope) {
    overTheBus.add(envelope);
    Promise<Receipt> answer = Promise.promise();
    answers.add(answer);
    return answer.future();
  }

  private static EdgeMessage message(String frame) {
    return new EdgeMessage("socket", frame, null);
  }

  private static ReplyException failure(ReplyFailure type) {
    return new ReplyException(type, LOST, "no answer");
  }

  @Test
  void messagesAreNumberedInTheirOrder() {
    channel.send(message("a"));
    channel.send(message("b"));

    assertThat(overTheBus).extracting(EdgeEnvelope::number).containsExactly(1L, 2L);
    assertThat(overTheBus).extracting(EdgeEnvelope::channel).containsOnly("channel");
  }

  @Test
  void theReceiptOfTheEdgeIsTheAnswer() {
    Future<Receipt> first = channel.send(message("a"));
    Future<Receipt> second = channel.send(message("b"));

    answers.get(1).complete(Receipt.STALE);
    answers.get(0).complete(Receipt.DELIVERED);

    assertThat(await(first)).isEqualTo(Receipt.DELIVERED);
    assertThat(await(second)).isEqualTo(Receipt.STALE);
  }

  @Test
  void withoutAMailboxAnEdgeThatTheBusHasLostIsStaleAndOneThatTimedOutUnknown() {
    Future<Receipt> lost = channel.send(message("a"));
    Future<Receipt> late = channel.send(message("b"));

    answers.get(0).fail(failure(ReplyFailure.NO_HANDLERS));
    answers.get(1).fail(failure(ReplyFailure.TIMEOUT));

    assertThat(await(lost)).isEqualTo(Receipt.STALE);
    assertThat(await(late)).isEqualTo(Receipt.UNKNOWN);
  }
}
