package dev.switchboard.signaling.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.chat.Membership.Item;
import dev.switchboard.signaling.chat.Membership.Keys;
import dev.switchboard.signaling.socketio.EncodedPacket;
import dev.switchboard.signaling.testing.SlowSocket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MembershipTest {
  private static final EncodedPacket BEGINS = EncodedPacket.ofText("42[\"user-typing\",{}]");
  private static final EncodedPacket ENDS = EncodedPacket.ofText("42[\"user-stopped-typing\",{}]");

  private static final String PREFIX = "42";

  private final SlowSocket reader = new SlowSocket();
  private final List<Runnable> timers = new ArrayList<>();
  private final Membership member =
      new Membership(
          reader.socket(),
          new Seat("room", "bob", "socket", "node.0"),
          "Bob",
          (millis, action) -> timers.add(action),
          replaced -> {},
          first -> {});

  private static EncodedPacket packet(String text) {
    return EncodedPacket.ofText(PREFIX + text);
  }

  private List<String> sent() {
    return reader.sent().stream().map(text -> text.substring(PREFIX.length())).toList();
  }

  private static Item item(String author, long order, Map<String, Long> after) {
    String text = author + order;
    return new Item(
        Future.succeededFuture(packet(text)), text, Keys.NONE, 0, new Place(author, order, after));
  }

  private void offer(String author, long order) {
    member.offer(item(author, order, Map.of()));
  }

  private void offer(String author, long order, Map<String, Long> after) {
    member.offer(item(author, order, after));
  }

  private void passTime() {
    List<Runnable> due = List.copyOf(timers);
    timers.clear();
    due.forEach(Runnable::run);
  }

  @Test
  void whoReadsSlowlyDoesWithoutTyping() {
    member.release(Set.of(), 0);
    reader.slow(true);
    member.typing(BEGINS, "ann", true);
    member.typing(ENDS, "ann", false);
    assertThat(reader.sent()).isEmpty();
    reader.slow(false);
    member.typing(BEGINS, "ann", true);
    reader.slow(true);
    member.typing(BEGINS, "eve", true);
    member.typing(ENDS, "eve", false);
    member.typing(ENDS, "ann", false);
    assertThat(reader.sent()).containsExactly(BEGINS.text(), ENDS.text());
  }

  @Test
  void whoIsNotInYetHearsOfNoTyping() {
    member.typing(BEGINS, "ann", true);
    member.release(Set.of(), 0);
    assertThat(reader.sent()).isEmpty();
  }

  @Test
  void whatComesInOrderPassesAtOnce() {
    member.release(Set.of(), 20);
    offer("ann", 21);
    offer("ann", 22, Map.of("all", 21L, "bob", 7L));
    offer("ann", 23);
    assertThat(sent()).containsExactly("ann21", "ann22", "ann23");
    assertThat(timers).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "bob"})
  void whatAnAuthorSendsElsewhereWaitsForWhatItSentBefore(String to) {
    member.release(Set.of(), 19);
    offer("ann", 22, Map.of(to, 21L));
    offer("ann", 24);
    offer("eve", 23);
    assertThat(sent()).containsExactly("eve23");
    offer("ann", 20);
    offer("ann", 21);
    assertThat(sent()).containsExactly("eve23", "ann20", "ann21", "ann22", "ann24");
    passTime();
    offer("ann", 25);
    assertThat(sent()).endsWith("ann24", "ann25").hasSize(6);
  }

  @Test
  void whatIsForOthersIsNotWaitedFor() {
    member.release(Set.of(), 19);
    offer("ann", 22, Map.of("eve", 21L));
    assertThat(sent()).containsExactly("ann22");
  }

  @Test
  void authorThatMovesTwiceIsHeardInOrder() {
    member.release(Set.of(), 20);
    offer("ann", 24);
    assertThat(sent()).containsExactly("ann24");
    offer("ann", 27, Map.of("all", 26L));
    offer("ann", 26, Map.of("all", 25L));
    offer("ann", 25);
    assertThat(sent()).containsExactly("ann24", "ann25", "ann26", "ann27");
  }

  @Test
  void whatIsLostIsNotWaitedForForLong() {
    member.release(Set.of(), 20);
    offer("ann", 22, Map.of("all", 21L));
    offer("ann", 23, Map.of("all", 21L));
    assertThat(timers).hasSize(1);
    passTime();
    offer("ann", 24, Map.of("all", 21L));
    offer("ann", 21);
    assertThat(sent()).containsExactly("ann22", "ann23", "ann24", "ann21");
    assertThat(timers).isEmpty();
  }

  @Test
  void whatCameBeforeTheMemberWasInIsInOrderToo() {
    offer("ann", 22, Map.of("all", 21L));
    offer("eve", 20);
    assertThat(sent()).isEmpty();
    member.release(Set.of("eve20"), 20);
    assertThat(sent()).isEmpty();
    offer("ann", 21);
    assertThat(sent()).containsExactly("ann21", "ann22");
  }

  @Test
  void whatTheHistoryHadIsNotWaitedFor() {
    offer("ann", 22, Map.of("all", 21L));
    member.release(Set.of(), 21);
    assertThat(sent()).containsExactly("ann22");
    assertThat(timers).isEmpty();
  }

  @Test
  void whoJoinsAgainGetsWhatWaitedOnce() {
    member.release(Set.of(), 20);
    offer("ann", 22, Map.of("all", 21L));
    offer("ann", 23);
    member.hold();
    offer("ann", 24);
    member.release(Set.of("ann21", "ann22"), 22);
    passTime();
    assertThat(sent()).containsExactly("ann23", "ann24");
  }

  @Test
  void whoCouldNotJoinAgainIsAsItWas() {
    member.release(Set.of(), 20);
    member.hold();
    offer("ann", 22, Map.of("all", 21L));
    offer("eve", 23);
    member.release();
    assertThat(sent()).containsExactly("eve23");
    offer("ann", 21);
    assertThat(sent()).containsExactly("eve23", "ann21", "ann22");
  }

  @Test
  void whatWasCaughtUpIsNotWaitedFor() {
    offer("ann", 22, Map.of("all", 21L));
    member.has(21);
    member.has(0);
    member.releaseAfter(9, 20);
    assertThat(sent()).containsExactly("ann22");
  }

  @Test
  void whatHasToBeFetchedKeepsItsPlace() {
    member.release(Set.of(), 20);
    Promise<EncodedPacket> fetched = Promise.promise();
    offer("ann", 22, Map.of("all", 21L));
    member.offer(new Item(fetched.future(), "ann21", Keys.NONE, 0, new Place("ann", 21, Map.of())));
    assertThat(sent()).isEmpty();
    fetched.complete(packet("ann21"));
    assertThat(sent()).containsExactly("ann21", "ann22");
  }

  @Test
  void nothingFollowsTheEnd() {
    member.release(Set.of(), 20);
    offer("ann", 22, Map.of("all", 21L));
    member.end();
    passTime();
    offer("ann", 21);
    assertThat(sent()).isEmpty();
  }

  @Test
  void messagesOfOlderNodesPass() {
    member.release(Set.of(), 20);
    offer("ann", 22, Map.of("all", 21L));
    member.offer(new Item(Future.succeededFuture(packet("old")), "old", Keys.NONE, 0, Place.NONE));
    assertThat(sent()).containsExactly("old");
  }

  /** Each author moves now and then; what each of its nodes sends comes in order, the nodes mix. */
  @Test
  void whateverWayMessagesComeEachAuthorIsHeardInOrder() {
    SplittableRandom random = new SplittableRandom(9);
    for (int round = 0; round < 300; round++) {
      MembershipTest fresh = new MembershipTest();
      fresh.member.release(Set.of(), 0);
      List<String> authors = List.of("ann", "eve");
      Map<String, List<List<Item>>> ways =
          Map.of("ann", new ArrayList<>(), "eve", new ArrayList<>());
      Map<String, Long> last = new HashMap<>();
      for (long order = 1; order <= 30; order++) {
        String author = authors.get(random.nextInt(2));
        List<List<Item>> its = ways.get(author);
        boolean moves = its.isEmpty() || random.nextInt(4) == 0;
        if (moves) {
          its.add(new ArrayList<>());
        }
        Long before = last.put(author, order);
        its.getLast()
            .add(item(author, order, moves && before != null ? Map.of("all", before) : Map.of()));
      }
      List<List<Item>> open = new ArrayList<>();
      ways.values().forEach(open::addAll);
      while (!open.isEmpty()) {
        int way = random.nextInt(open.size());
        fresh.member.offer(open.get(way).removeFirst());
        if (open.get(way).isEmpty()) {
          open.remove(way);
        }
      }
      assertThat(fresh.sent()).hasSize(30);
      for (String author : authors) {
        List<Long> heard =
            fresh.sent().stream()
                .filter(text -> text.startsWith(author))
                .map(text -> Long.valueOf(text.substring(3)))
                .toList();
        assertThat(heard).isSorted();
      }
    }
  }
}
