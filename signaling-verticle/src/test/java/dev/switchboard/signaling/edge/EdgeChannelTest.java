package dev.switchboard.signaling.edge;

import static dev.switchboard.shared.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class EdgeChannelTest {
  private static final EdgeId TARGET = new EdgeId("node", 0);
  private static final int LOST = 1;

  private final Vertx vertx = Vertx.vertx();
  private final List<EdgeBatch> overTheBus = new CopyOnWriteArrayList<>();
  private final List<Promise<List<Receipt>>> answers = new CopyOnWriteArrayList<>();
  private final AtomicInteger expired = new AtomicInteger();
  private final EdgeChannel channel =
      new EdgeChannel(TARGET, "channel", this::send, null, expired::incrementAndGet);

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private Future<List<Receipt>> send(EdgeBatch batch) {
    overTheBus.add(batch);
    Promise<List<Receipt>> answer = Promise.promise();
    answers.add(answer);
    return answer.future();
  }

  private static EdgeMessage message(String frame) {
    return new EdgeMessage("socket", frame, null);
  }

  private static ReplyException failure(ReplyFailure type) {
    return new ReplyException(type, LOST, "no answer");
  }

  /** What a loop sends in one turn. */
  private List<Future<Receipt>> inOneTurn(Context context, List<String> frames) {
    Promise<List<Future<Receipt>>> sent = Promise.promise();
    context.runOnContext(
        turn -> {
          List<Future<Receipt>> receipts = new ArrayList<>();
          frames.forEach(frame -> receipts.add(channel.send(message(frame))));
          sent.complete(receipts);
        });
    return await(sent.future());
  }

  private List<List<String>> framesOverTheBus() {
    return overTheBus.stream()
        .map(batch -> batch.envelopes().stream().map(one -> one.message().frame()).toList())
        .toList();
  }

  @Test
  void messagesAreNumberedInTheirOrder() {
    channel.send(message("a"));
    channel.send(message("b"));

    assertThat(overTheBus)
        .extracting(EdgeBatch::envelopes)
        .containsExactly(
            List.of(new EdgeEnvelope("channel", 1, message("a"))),
            List.of(new EdgeEnvelope("channel", 2, message("b"))));
  }

  @Test
  void whatALoopSendsInOneTurnLeavesAtOnceWhicheverOfItsContextsSendsIt() {
    Context connection = vertx.getOrCreateContext();
    Context another =
        ((VertxInternal) vertx)
            .contextBuilder()
            .withEventLoop(((ContextInternal) connection).nettyEventLoop())
            .build();
    List<Future<Receipt>> receipts = new CopyOnWriteArrayList<>();
    List<Context> completedOn = new CopyOnWriteArrayList<>();
    connection.runOnContext(
        turn -> {
          receipts.add(channel.send(message("a")));
          ((ContextInternal) another)
              .dispatch(
                  () -> {
                    Future<Receipt> sent = channel.send(message("b"));
                    receipts.add(sent);
                    sent.onSuccess(receipt -> completedOn.add(Vertx.currentContext()));
                  });
          receipts.add(channel.send(message("c")));
        });
    Await.until(() -> !overTheBus.isEmpty());
    assertThat(framesOverTheBus()).containsExactly(List.of("a", "b", "c"));

    answers.getFirst().complete(List.of(Receipt.DELIVERED, Receipt.STALE, Receipt.UNKNOWN));
    assertThat(receipts.stream().map(Await::await))
        .containsExactly(Receipt.DELIVERED, Receipt.STALE, Receipt.UNKNOWN);
    Await.until(() -> !completedOn.isEmpty());
    assertThat(completedOn).containsExactly(another);
  }

  @Test
  void loopsDoNotWaitForEachOther() {
    List<String> frames = IntStream.range(0, 40).mapToObj(Integer::toString).toList();
    inOneTurn(((VertxInternal) vertx).createEventLoopContext(), frames);
    inOneTurn(((VertxInternal) vertx).createEventLoopContext(), frames);

    Await.until(() -> overTheBus.size() == 2);
    assertThat(framesOverTheBus()).containsExactly(frames, frames);
  }

  @Test
  void whatIsTooMuchForOneMessageOfTheBusLeavesInSeveralInOrder() {
    List<String> frames = new ArrayList<>(Collections.nCopies(100, "x".repeat(1_000)));
    frames.add("y".repeat(70_000));
    frames.addAll(Collections.nCopies(70, "z"));
    inOneTurn(vertx.getOrCreateContext(), frames);

    Await.until(() -> framesOverTheBus().stream().mapToInt(List::size).sum() == frames.size());
    assertThat(framesOverTheBus().stream().map(List::size)).containsExactly(64, 36, 1, 64, 6);
    assertThat(framesOverTheBus().stream().flatMap(List::stream)).containsExactlyElementsOf(frames);
  }

  @Test
  void theReceiptOfTheEdgeIsTheAnswer() {
    Future<Receipt> first = channel.send(message("a"));
    Future<Receipt> second = channel.send(message("b"));

    answers.get(1).complete(List.of(Receipt.STALE));
    answers.get(0).complete(List.of(Receipt.DELIVERED));

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
