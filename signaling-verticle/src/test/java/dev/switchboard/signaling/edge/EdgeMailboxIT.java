package dev.switchboard.signaling.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TestClock;
import dev.switchboard.shared.testing.TestLinks;
import dev.switchboard.signaling.SignalingRole;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
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

  @BeforeEach
  void open() {
    RealRedis.flush();
    on(
        () -> {
          RedisLink link = links.open();
          EdgeBatchCodec codec = SignalingRole.codec();
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
    failure = ReplyFailure.TIMEOUT;
    on(
        () ->
            channel
                .send(new EdgeMessage("socket", "w", null))
                .map(x -> null)
                .compose(x -> lease.renew()));
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
  }

  private int mail() {
    return on(() -> links.open().send(Request.cmd(Command.LLEN).arg("edge:mail:" + TARGET)))
        .toInteger();
  }

  @Test
  void nothingOvertakesWhatLiesInARedisThatIsGone() {
    failure = ReplyFailure.TIMEOUT;
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
}
