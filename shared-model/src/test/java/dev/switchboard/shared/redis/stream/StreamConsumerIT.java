package dev.switchboard.shared.redis.stream;

import static dev.switchboard.shared.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TestLinks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamConsumerIT {
  private static final String STREAM = "test:stream";

  private final Vertx vertx = Vertx.vertx();
  private final TestLinks links = new TestLinks(vertx);
  private final AtomicInteger lost = new AtomicInteger();
  private RedisLink link;
  private StreamConsumer one;
  private StreamConsumer two;

  @BeforeEach
  void open() {
    RealRedis.flush();
    link = links.open();
    await(link.ready());
    one = new StreamConsumer(link, link, STREAM, "readers", "one", lost::incrementAndGet);
    two = new StreamConsumer(link, STREAM, "readers", "two");
  }

  @AfterEach
  void close() {
    await(links.close());
    await(vertx.close());
  }

  private void add(String what) {
    await(link.send(Request.cmd(Command.XADD).arg(STREAM).arg("*").arg("what").arg(what)));
  }

  private static List<String> whats(Future<List<StreamEntry>> entries) {
    return await(entries).stream().map(entry -> entry.field("what").orElse("")).toList();
  }

  private static List<String> ids(List<StreamEntry> entries) {
    return entries.stream().map(StreamEntry::id).toList();
  }

  @Test
  void groupThatIsMissingIsMadeAndWhatCameBeforeItIsRead() {
    add("first");
    assertThat(whats(one.read(10))).isEmpty();
    assertThat(lost).hasValue(1);

    assertThat(whats(one.read(10))).containsExactly("first");
    assertThat(lost).hasValue(1);
  }

  @Test
  void anEntryIsHandedToOneConsumerInTheOrderOfTheStream() {
    await(one.read(1));
    add("first");
    add("second");
    add("third");

    assertThat(whats(one.read(2))).containsExactly("first", "second");
    assertThat(whats(two.read(2, 1))).containsExactly("third");
    assertThat(whats(two.read(2, 1))).isEmpty();
  }

  @Test
  void whatIsNotDoneIsClaimedByAnotherOrAgainByItself() {
    await(one.read(1));
    add("first");
    add("second");
    await(one.read(2));

    assertThat(whats(two.claim(3_600_000, 10))).isEmpty();
    assertThat(whats(two.claim(0, 1))).containsExactly("first");
    assertThat(two.isRoundOver()).isFalse();
    assertThat(whats(two.claim(0, 1))).containsExactly("second");
    assertThat(whats(two.claimOldest(10))).containsExactly("first", "second");
    assertThat(two.isRoundOver()).isTrue();
  }

  @Test
  void whatIsDoneIsNeitherPendingNorInTheStream() {
    await(one.read(1));
    add("first");
    add("second");
    List<StreamEntry> read = await(one.read(2));
    await(one.done(ids(read.subList(0, 1))));

    assertThat(await(one.length())).isEqualTo(1);
    assertThat(whats(two.claim(0, 10))).containsExactly("second");
    await(one.done(List.of()));
    await(one.done(ids(read)));
    assertThat(await(one.length())).isZero();
    assertThat(whats(two.claim(0, 10))).isEmpty();
  }

  @Test
  void whatAnotherHasClaimedIsNotKept() {
    await(one.read(1));
    add("first");
    List<String> ids = ids(await(one.read(1)));
    assertThat(whats(two.claim(0, 10))).containsExactly("first");
    await(one.keep(ids));

    assertThat(pendingOf(ids.getFirst())).isEqualTo("two");
  }

  private String pendingOf(String id) {
    Request pending =
        Request.cmd(Command.XPENDING).arg(STREAM).arg("readers").arg(id).arg(id).arg(1);
    return await(link.send(pending)).get(0).get(1).toString();
  }

  @Test
  void aConsumerThatHasSomethingInHandIsNotForgotten() {
    await(one.read(1));
    await(two.read(1));
    add("first");
    await(one.read(1));
    await(two.read(1));
    await(one.leave());
    await(two.leave());

    assertThat(whats(two.claim(0, 10))).containsExactly("first");
  }

  @Test
  void fieldsThatAreEmptyOrNoNumbersAreNotThere() {
    StreamEntry entry = new StreamEntry("17-0", Map.of("empty", "", "five", "5", "text", "five"));
    assertThat(entry.field("empty")).isEmpty();
    assertThat(entry.number("five")).contains(5L);
    assertThat(entry.number("text")).isEmpty();
    assertThat(entry.addedAt()).isEqualTo(17);
  }
}
