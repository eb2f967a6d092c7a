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
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose leases are over, for an edge that looks. */
final class EdgeLeaseIT {
  private static final EdgeId OWN = new EdgeId("own", 0);
  private static final EdgeId OTHER = new EdgeId("other", 0);

  private final Vertx vertx = Vertx.vertx();
  private final TestLinks links = new TestLinks(vertx);
  private final TestClock clock = new TestClock();
  private final Context loop = vertx.getOrCreateContext();
  private RedisLink link;
  private EdgeLease own;
  private EdgeLease other;

  @BeforeEach
  void open() {
    RealRedis.flush();
    on(
        () -> {
          link = links.open();
          own = new EdgeLease(OWN, link, SignalingRole.codec(), clock);
          other = new EdgeLease(OTHER, link, SignalingRole.codec(), clock);
          return Future.all(own.renew(), other.renew());
        });
  }

  @AfterEach
  void close() {
    Await.await(links.close());
    Await.await(vertx.close());
  }

  private <T> T on(Supplier<Future<T>> action) {
    return Await.await(
        Future.future(done -> loop.runOnContext(now -> action.get().onComplete(done))));
  }

  private void pass(Duration time) {
    clock.advance(time);
    on(own::renew);
  }

  /** What is asked for over a link is done in order; Redis may have to be told the script first. */
  private boolean isOtherSweptByOwn() {
    return on(
        () -> {
          own.sweep();
          return link.send(Request.cmd(Command.PING))
              .compose(told -> link.send(Request.cmd(Command.EXISTS).arg("edge:swept:" + OTHER)))
              .map(found -> found != null && found.toInteger() == 1);
        });
  }

  @Test
  void whoHasHeldItsLeaseSweepsWhoHasNot() {
    pass(Duration.ofSeconds(5));
    pass(Duration.ofSeconds(5));
    assertThat(own.isSteady()).isTrue();
    assertThat(isOtherSweptByOwn()).isTrue();
  }

  private void sweptAt(long millis) {
    on(() -> link.send(Request.cmd(Command.SET).arg("edge:swept:" + OWN).arg(millis)));
    on(own::renew);
  }

  @Test
  void eachSweepIsNoticedOnceAlsoAfterTheClockWasSetBack() {
    AtomicInteger noticed = new AtomicInteger();
    own.onSwept(noticed::incrementAndGet);
    sweptAt(2_000);
    on(own::renew);
    assertThat(noticed).hasValue(1);
    clock.advance(Duration.ofMinutes(-1));
    sweptAt(1_000);
    on(own::renew);
    assertThat(noticed).hasValue(2);
  }

  @Test
  void severalSweepsInARowSendClientsAwayOnceAndOnceMore() {
    AtomicInteger noticed = new AtomicInteger();
    own.onSwept(noticed::incrementAndGet);
    for (int i = 1; i < 5; i++) {
      sweptAt(1_000 + i);
      clock.advance(Duration.ofMillis(200));
    }
    assertThat(noticed).hasValue(1);
    for (int i = 0; i < 4; i++) {
      pass(Duration.ofSeconds(1));
    }
    assertThat(noticed).hasValue(2);
  }

  @Test
  void clockThatIsSetAheadEndsNobodysLease() {
    pass(Duration.ofSeconds(5));
    pass(Duration.ofSeconds(3));
    on(other::renew);
    clock.advance(Duration.ofMinutes(1));
    assertThat(own.isSteady()).isFalse();
    assertThat(isOtherSweptByOwn()).isFalse();
    pass(Duration.ZERO);
    assertThat(own.isSteady()).isFalse();
    assertThat(isOtherSweptByOwn()).isFalse();
  }
}
