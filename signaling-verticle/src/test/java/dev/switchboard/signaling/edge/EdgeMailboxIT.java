package dev.switchboard.signaling.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TestClock;
import dev.switchboard.shared.testing.TestLinks;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages for an edge that the event bus has lost, while it stands still. */
final class EdgeMailboxIT {
  private static final EdgeId TARGET = new EdgeId("still", 0);
  private static final int LOST = 1;

  private final Vertx vertx = Vertx.vertx();
  private final TestLinks links = new TestLinks(vertx);
  private final TestClock clock = new TestClock();
  private final AtomicInteger sentAway = new AtomicInteger();
  private final AtomicInteger expired = new AtomicInteger();
  private final Context loop = vertx.getOrCreateContext();
  private final List<Long> byBus = new CopyOnWriteArrayList<>();
  private final List<Long> byMail = new CopyOnWriteArrayList<>();
  private volatile @Nullable ReplyFailure failure = ReplyFailure.NO_HANDLERS;
  private volatile @Nullable Promise<List<Receipt>> hung;
  private EdgeLease lease;
  private EdgeChannel channel;

  /** Of use for seconds only. */
  private record Urgent() implements EdgeNote {
    static final EdgeNote.Codec<Urgent> CODEC =
        new EdgeNote.Codec<>(
            "urgent", Urgent.class, note -> new JsonObject(), json -> new Urgent());

    @Override
    public String feature() {
      return "urgent";
    }

    @Override
    public boolean isUrgent() {
      return true;
    }
  }

  @BeforeEach
  void open() {
    RealRedis.flush();
    on(
        () -> {
          RedisLink link = links.open();
          EdgeBatchCodec codec = new EdgeBatchCodec(List.of(Urgent.CODEC));
          lease = new EdgeLease(TARGET, link, codec, clock);
          lease.onSwept(sentAway::incrementAndGet);
          lease.onMail(envelope -> byMail.add(envelope.number()));
          channel =
              new EdgeChannel(
                  TARGET,
                  "channel",
                  this::overTheBus,
                  new EdgeMailbox(vertx, link, codec, clock),
                  expired::incrementAndGet);
          return lease.renew();
        });
  }

  @AfterEach
  void close() {
    Await.await(links.close());
    Await.await(vertx.close());
  }

  private Future<List<Receipt>> overTheBus(EdgeBatch batch) {
    ReplyFailure how = failure;
    Promise<List<Receipt>> pending = hung;
    if (pending != null || how == null) {
      batch.envelopes().forEach(envelope -> byBus.add(envelope.number()));
    }
    if (pending != null) {
      return pending.future();
    }
    if (how == null) {
      return Future.succeededFuture(
          Collections.nCopies(batch.envelopes().size(), Receipt.DELIVERED));
    }
    return Future.failedFuture(new ReplyException(how, LOST, "lost"));
  }

  private <T> T on(Supplier<Future<T>> step) {
    return Await.await(
        Future.future(done -> loop.runOnContext(now -> step.get().onComplete(done))));
  }

  private Receipt send() {
    return on(() -> channel.send(new EdgeMessage("socket", "frame", null)));
  }

  private void findsThatItWasTakenForDead() {
    assertThat(expired).hasValue(1);
    on(lease::renew);
    Await.until(
        () -> {
          on(lease::renew);
          return sentAway.get() == 1;
        });
    on(lease::renew);
    assertThat(sentAway).hasValue(1);
  }

  @Test
  void edgeWhoseLeaseRanOutLearnsOfIt() {
    clock.advance(EdgeLease.LEASE.plusSeconds(1));
    assertThat(send()).isEqualTo(Receipt.STALE);
    findsThatItWasTakenForDead();
  }

  @Test
  void nothingOvertakesWhatAHungRedisMayYetLeave() {
    Future<Receipt> fetched = sendLate(null);
    Await.until(() -> mail() == 1);
    on(lease::renew);
    assertThat(Await.await(fetched)).isEqualTo(Receipt.DELIVERED);
    byMail.clear();
    RealRedis.whileHung(
        () -> {
          assertThat(send()).isEqualTo(Receipt.UNKNOWN);
          failure = null;
          assertThat(send()).isEqualTo(Receipt.UNKNOWN);
          assertThat(byBus).isEmpty();
        });
    Await.until(
        () -> {
          on(() -> lease.renew().otherwiseEmpty());
          return send() == Receipt.DELIVERED;
        },
        30);
    assertThat(byMail).hasSizeLessThanOrEqualTo(1).allMatch(number -> number == 2);
    assertThat(byBus).hasSize(1);
    // Nobody sends it what was not sent meanwhile.
    on(lease::renew);
    assertThat(sentAway).hasValue(1);
  }

  private int mail() {
    return on(() -> links.open().send(Request.cmd(Command.LLEN).arg("edge:mail:" + TARGET)))
        .toInteger();
  }

  @Test
  void nothingOvertakesWhatLiesInARedisThatIsGone() {
    Future<Receipt> first =
        on(() -> Future.succeededFuture(channel.send(new EdgeMessage("socket", "frame", null))));
    Await.until(() -> mail() == 1);
    RealRedis.stop();
    try {
      assertThat(Await.await(first)).isEqualTo(Receipt.UNKNOWN);
    } finally {
      RealRedis.start();
    }
    failure = null;
    Await.until(() -> send() == Receipt.DELIVERED, 30);
    assertThat(byBus).hasSize(1);
    assertThat(mail()).isZero();
  }

  @Test
  void whatHasNotLeftYetWhenTheBusTimesOutGoesByTheMailboxOnlyAndInOrder() {
    Promise<List<Receipt>> answer = Promise.promise();
    hung = answer;
    List<Future<Receipt>> sent = new CopyOnWriteArrayList<>();
    loop.runOnContext(turn -> sent.add(channel.send(new EdgeMessage("socket", "w", null))));
    Await.until(() -> !byBus.isEmpty());
    loop.runOnContext(
        turn -> {
          sent.add(channel.send(new EdgeMessage("socket", "x", null)));
          answer.fail(new ReplyException(ReplyFailure.TIMEOUT, LOST, "lost"));
        });

    Await.until(
        () -> {
          on(lease::renew);
          return byMail.size() == 2;
        });
    assertThat(byMail).containsExactly(1L, 2L);
    assertThat(sent.stream().map(Await::await)).containsOnly(Receipt.DELIVERED);
    assertThat(byBus).containsExactly(1L);
  }

  @Test
  void edgeThatDidNotFetchItsMailLearnsOfIt() {
    assertThat(send()).isEqualTo(Receipt.STALE);
    findsThatItWasTakenForDead();
  }

  /** Sends what times out, to an edge that stands still. */
  private Future<Receipt> sendLate(@Nullable EdgeNote note) {
    failure = ReplyFailure.TIMEOUT;
    return on(() -> Future.succeededFuture(channel.send(new EdgeMessage("socket", "frame", note))));
  }

  @Test
  void edgeThatMayOnlyStandStillFindsItsMailAsLongAsItsLeaseRuns() {
    Future<Receipt> first = sendLate(null);
    Await.until(() -> mail() == 1);
    // What is urgent is taken back, after the other has been looked for.
    assertThat(Await.await(sendLate(new Urgent()))).isEqualTo(Receipt.UNKNOWN);
    Future<Receipt> second = sendLate(null);
    Await.until(() -> mail() == 2);
    assertThat(first.isComplete()).isFalse();

    on(lease::renew);
    assertThat(byMail).containsExactly(1L, 3L);
    assertThat(Await.await(first)).isEqualTo(Receipt.DELIVERED);
    assertThat(Await.await(second)).isEqualTo(Receipt.DELIVERED);
    on(lease::renew);
    assertThat(sentAway).hasValue(0);
    assertThat(expired).hasValue(0);
  }

  @Test
  void mailIsNotGoneWithAnAnswerThatIsLost() {
    Future<Receipt> sent =
        on(() -> Future.succeededFuture(channel.send(new EdgeMessage("socket", "frame", null))));
    Await.until(() -> mail() == 1);
    renewWithoutAnAnswer();
    assertThat(sent.isComplete()).isFalse();

    on(lease::renew);
    assertThat(byMail).containsExactly(1L);
    assertThat(Await.await(sent)).isEqualTo(Receipt.DELIVERED);
    failure = null;
    // Whoever sent it knows by then that it is here: nothing that follows can overtake it.
    assertThat(send()).isEqualTo(Receipt.DELIVERED);
    assertThat(byBus).containsExactly(2L);
  }

  /** Redis does what it was sent before the connection ended, and answers nobody. */
  private void renewWithoutAnAnswer() {
    RedisLink link = links.open();
    on(link::ready);
    clock.advance(Duration.ofMillis(1));
    RealRedis.whileHung(
        () ->
            on(
                () -> {
                  new EdgeLease(TARGET, link, new EdgeBatchCodec(List.of()), clock).renew();
                  return link.close();
                }));
    Await.until(() -> leaseEnd() == clock.millis() + EdgeLease.LEASE.toMillis());
  }

  private long leaseEnd() {
    return on(() ->
            links
                .open()
                .send(Request.cmd(Command.ZSCORE).arg("edge:leases").arg(TARGET.toString())))
        .toLong();
  }

  @Test
  void edgeThatMissesMailSinceItsLeaseRanOutSendsItsClientsAway() {
    Future<Receipt> sent = sendLate(null);
    Await.until(() -> mail() == 1);
    clock.advance(EdgeLease.LEASE.plusSeconds(1));
    assertThat(Await.await(sent)).isEqualTo(Receipt.UNKNOWN);
    assertThat(mail()).isZero();

    on(lease::renew);
    on(lease::renew);
    assertThat(byMail).isEmpty();
    assertThat(sentAway).hasValue(1);
  }

  @Test
  void mailIsNotLeftForAnEdgeWhoseLeaseIsOverThoughItsEntryIsClaimedByASweep() {
    Future<Receipt> sent = sendLate(null);
    Await.until(() -> mail() == 1);
    on(this::sweep);
    assertThat(Await.await(sent)).isEqualTo(Receipt.UNKNOWN);
    assertThat(Await.await(sendLate(null))).isEqualTo(Receipt.UNKNOWN);
    assertThat(mail()).isZero();

    on(lease::renew);
    assertThat(byMail).isEmpty();
    assertThat(sentAway).hasValue(1);
  }

  /** As another node does: it claims what the edge has left. */
  private Future<Void> sweep() {
    RedisLink link = links.open();
    EdgeLease sweeper =
        new EdgeLease(new EdgeId("other", 0), link, new EdgeBatchCodec(List.of()), clock);
    Promise<Void> swept = Promise.promise();
    sweeper.onDeadEdge(
        "sessions",
        (edge, entry) -> {
          swept.complete();
          return Future.succeededFuture();
        });
    return link.send(Request.cmd(Command.SADD).arg("edge:sessions:" + TARGET).arg("[]"))
        .compose(there -> sweeper.renew())
        .compose(held -> renewLater(sweeper))
        .compose(held -> renewLater(sweeper))
        .compose(
            held -> {
              sweeper.sweep();
              return swept.future();
            });
  }

  private Future<Void> renewLater(EdgeLease sweeper) {
    clock.advance(EdgeLease.LEASE.dividedBy(2).plusSeconds(1));
    return sweeper.renew();
  }

  @Test
  void edgeThatGetsNoMailSinceItsLeaseRanOutSendsItsClientsAwayThoughNobodySweptIt() {
    clock.advance(EdgeLease.LEASE.plusSeconds(1));
    assertThat(Await.await(sendLate(null))).isEqualTo(Receipt.UNKNOWN);
    on(lease::renew);
    assertThat(sentAway).hasValue(1);
  }
}
