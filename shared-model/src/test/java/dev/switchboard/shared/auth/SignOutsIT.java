package dev.switchboard.shared.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TestNode;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one process says of tokens and sockets, and when others know. */
final class SignOutsIT {
  private TestNode node;

  @BeforeEach
  void start() {
    RealRedis.flush();
    node = TestNode.start(Map.of("REVOKE_TTL", "1h"));
  }

  @AfterEach
  void stop() {
    RealRedis.start();
    node.close();
  }

  private SignOuts follow() {
    SignOuts known = new SignOuts();
    Await.await(
        node.vertx()
            .deployVerticle(
                new SignOutFeed(node.node().redis(), known, node.node().settings(), node.clock())));
    return known;
  }

  private void say(SignOut signOut) {
    Await.await(
        Future.<Void>future(
            done ->
                node.vertx()
                    .runOnContext(
                        now -> {
                          RedisLink link = node.node().redis().open();
                          link.ready()
                              .compose(
                                  up ->
                                      SignOutFeed.say(
                                          link,
                                          node.node().settings(),
                                          signOut,
                                          System.currentTimeMillis()))
                              .onComplete(done);
                        })));
  }

  private static Caller issued(String user, long at) {
    return new Caller(user, false, Long.MAX_VALUE, at, null);
  }

  @Test
  void olderTokensAreCoveredOnEveryNodeAndAlsoByOneThatStartsLater() {
    SignOuts here = follow();
    say(new SignOut.Revoked("ann", 5_000));
    Await.until(() -> here.covers(issued("ann", 4_999)));
    assertThat(here.covers(issued("ann", 5_000))).isFalse();
    assertThat(here.covers(issued("bob", 1))).isFalse();
    assertThat(here.covers(new Caller("ann", false, Long.MAX_VALUE))).isTrue();
    say(new SignOut.Revoked("ann", 3_000));
    SignOuts later = follow();
    assertThat(later.covers(issued("ann", 4_999))).isTrue();
  }

  @Test
  void whatIsKnownHoldsWhileRedisIsAwayAndEndsWithItsLife() {
    SignOuts here = follow();
    say(new SignOut.Revoked("ann", 5_000));
    Await.until(() -> here.covers(issued("ann", 1)));
    RealRedis.stop();
    assertThat(here.covers(issued("ann", 1))).isTrue();
    RealRedis.start();
    node.clock().advance(Duration.ofDays(20_000));
    Await.until(() -> !here.covers(issued("ann", 1)), 20);
  }

  @Test
  void socketsAreClosedByThoseWhoHearOfItOnly() {
    say(new SignOut.Disconnected("ann", null));
    SignOuts here = follow();
    Queue<SignOut> heard = new ConcurrentLinkedQueue<>();
    here.onSignOut(heard::add);
    say(new SignOut.Disconnected("bob", "phone"));
    Await.until(() -> !heard.isEmpty());
    assertThat(List.copyOf(heard)).containsExactly(new SignOut.Disconnected("bob", "phone"));
  }
}
