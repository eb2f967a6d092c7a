package dev.switchboard.signaling.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What reaches a socket by the bus and by the mailbox, and in which order. */
final class EdgeSocketsTest {
  private static final long LONG_NANOS = 5_000_000_000L;

  private final Vertx vertx = Vertx.vertx();
  private final List<String> taken = new ArrayList<>();
  private final Promise<Void> looked = Promise.promise();
  private long nanos;
  private long time;
  private EdgeSockets sockets;

  @BeforeEach
  void open() {
    on(
        () -> {
          Standstill standstill = new Standstill(vertx, () -> nanos, looked::future);
          sockets = new EdgeSockets(new EdgeId("edge", 0), vertx, standstill, () -> time);
          sockets.add("socket", message -> taken.add(String.valueOf(message.frame())));
        });
  }

  @AfterEach
  void close() {
    Await.await(vertx.close());
  }

  private void on(Runnable step) {
    Future<Void> begun = Future.succeededFuture();
    Await.await(
        Future.<Void>future(
            done ->
                vertx.runOnContext(
                    now ->
                        begun
                            .<Void>map(
                                x -> {
                                  step.run();
                                  return null;
                                })
                            .onComplete(done))));
  }

  private static EdgeEnvelope envelope(String channel, long number) {
    return new EdgeEnvelope(channel, number, new EdgeMessage("socket", channel + number, null));
  }

  private void bus(long number) {
    assertThat(sockets.receive(new EdgeBatch(List.of(envelope("a", number)))))
        .containsExactly(Receipt.DELIVERED);
  }

  private void mail(String channel, long number) {
    sockets.receiveMail(envelope(channel, number));
  }

  @Test
  void mailWithNothingMissingBeforeItIsTakenAtOnce() {
    on(
        () -> {
          bus(1);
          mail("a", 2);
          mail("a", 1);
          mail("a", 3);
          mail("b", 1);
          assertThat(taken).containsExactly("a1", "a2", "a3", "b1");
        });
  }

  @Test
  void mailOvertakesNothingThatTheBusStillBrings() {
    on(
        () -> {
          bus(1);
          mail("a", 4);
          mail("a", 5);
          mail("b", 1);
          bus(2);
          assertThat(taken).containsExactly("a1", "b1", "a2");
          bus(3);
          assertThat(taken).containsExactly("a1", "b1", "a2", "a3", "a4", "a5");
        });
  }

  @Test
  void whatTheBusBringsLongAfterLaterMailIsOfNoUse() {
    on(
        () -> {
          mail("a", 1);
          mail("a", 2);
          bus(6);
          time += 2_000_000_000L;
          bus(5);
          time += 1;
          assertThat(sockets.receive(new EdgeBatch(List.of(envelope("a", 4)))))
              .containsExactly(Receipt.STALE);
          assertThat(taken).containsExactly("a1", "a2", "a6", "a5");
        });
  }

  @Test
  void noteThatSaysMoreThanItsFrameIsTakenHoweverLate() {
    on(
        () -> {
          bus(2);
          time += LONG_NANOS;
          CallsEnd note = new CallsEnd();
          EdgeEnvelope late = new EdgeEnvelope("a", 1, new EdgeMessage("socket", "end", note));
          assertThat(sockets.receive(new EdgeBatch(List.of(late))))
              .containsExactly(Receipt.DELIVERED);
          assertThat(taken).containsExactly("a2", "end");
        });
  }

  /** A note that has an order of its own. */
  private record CallsEnd() implements EdgeNote {
    @Override
    public String feature() {
      return "calls";
    }
  }

  @Test
  void laterWordByTheBusOvertakesNoMail() {
    on(
        () -> {
          mail("a", 2);
          bus(3);
          assertThat(taken).containsExactly("a2", "a3");
        });
  }

  @Test
  void whatWasLostIsNotWaitedForLong() {
    on(() -> mail("a", 2));
    Await.until(
        () -> {
          List<String> now = new ArrayList<>();
          on(() -> now.addAll(taken));
          return now.equals(List.of("a2"));
        });
    on(() -> bus(1));
    assertThat(taken).containsExactly("a2", "a1");
  }

  @Test
  void whatFoundNoSocketByTheBusIsNotTakenForADuplicateWhereItComesByTheMailbox() {
    List<String> undelivered = new ArrayList<>();
    on(
        () -> {
          sockets.onUndelivered(message -> undelivered.add(String.valueOf(message.frame())));
          sockets.remove("socket");
          assertThat(sockets.receive(new EdgeBatch(List.of(envelope("a", 1), envelope("a", 2)))))
              .containsExactly(Receipt.STALE, Receipt.STALE);
          mail("a", 1);
          mail("a", 2);
          assertThat(undelivered).containsExactly("a1", "a2");
        });
  }

  /** Its device has another socket by then: what was sent to this one must not end with it. */
  @Test
  void afterAStandstillASocketThatWasReplacedIsGivenNothingThatWasSentBefore() {
    List<String> undelivered = new ArrayList<>();
    on(
        () -> {
          sockets.onUndelivered(message -> undelivered.add(String.valueOf(message.frame())));
          sockets.add(
              "socket",
              message -> {
                taken.add(String.valueOf(message.frame()));
                sockets.remove("socket");
                return true;
              });
          nanos = LONG_NANOS;
          mail("a", 1);
          sockets.receiveMail(
              new EdgeEnvelope("a", 2, new EdgeMessage("socket", "replaced", new Last())));
          assertThat(taken).containsExactly("replaced");
          assertThat(undelivered).isEmpty();
        });
    looked.complete();
    Await.until(
        () -> {
          List<String> now = new ArrayList<>();
          on(() -> now.addAll(undelivered));
          return now.equals(List.of("a1", "replaced"));
        });
    assertThat(taken).containsExactly("replaced");
  }

  private record Last() implements EdgeNote {
    @Override
    public String feature() {
      return "test";
    }

    @Override
    public boolean isLast() {
      return true;
    }
  }
}
