package dev.switchboard.shared.redis;

import static dev.switchboard.shared.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TestLinks;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DueSetIT {
  private static final String KEY = "test:due";
  private static final long LEASE = 5_000;

  private final Vertx vertx = Vertx.vertx();
  private final TestLinks links = new TestLinks(vertx);

  @BeforeEach
  void flush() {
    RealRedis.flush();
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private void add(String member, long when) {
    links.with(link -> link.send(Request.cmd(Command.ZADD).arg(KEY).arg(when).arg(member)));
  }

  private List<String> claim(long now, int atMost) {
    return links.with(link -> new DueSet(link, KEY).claim(now, LEASE, atMost));
  }

  private void remove(String member) {
    links.with(link -> new DueSet(link, KEY).remove(member));
  }

  @Test
  void whatIsDueIsClaimedEarliestFirstAndByOneOnly() {
    add("later", 1_001);
    add("second", 1_000);
    add("first", 900);

    assertThat(claim(1_000, 10)).containsExactly("first", "second");
    assertThat(claim(1_000, 10)).isEmpty();
    assertThat(claim(1_001, 10)).containsExactly("later");
  }

  @Test
  void aClaimTakesNoMoreThanItIsAllowed() {
    add("first", 1);
    add("second", 2);
    add("third", 3);

    assertThat(claim(10, 2)).containsExactly("first", "second");
    assertThat(claim(10, 2)).containsExactly("third");
  }

  @Test
  void whatIsNotRemovedIsDueAgainWhenTheLeaseHasEnded() {
    add("removed", 1);
    add("left", 2);
    long now = 1_000_000_000_000L;
    assertThat(claim(now, 10)).containsExactly("removed", "left");
    remove("removed");

    assertThat(claim(now + LEASE - 1, 10)).isEmpty();
    assertThat(claim(now + LEASE, 10)).containsExactly("left");
  }

  @Test
  void removingWhatIsNotThereDoesNoHarm() {
    remove("never added");
    assertThat(claim(1, 10)).isEmpty();
  }
}
