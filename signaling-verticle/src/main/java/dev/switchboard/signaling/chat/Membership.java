package dev.switchboard.signaling.chat;

import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.chat.Draft.KeptMessage;
import dev.switchboard.signaling.recovery.SavedChat;
import dev.switchboard.signaling.socketio.EncodedPacket;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one socket is in one session, and what is on its way to it: in the order in which it came,
 * although a large message is fetched first, and that of the authors ({@link AuthorOrder}), and not
 * before the socket has been notified that it is in. Belongs to the loop of its edge.
 */
final class Membership {
  private final SocketIoSocket socket;
  private final Seat seat;
  private final Consumer<Membership> onReplaced;
  private final Consumer<Boolean> onFirst;
  private final Deque<Item> items = new ArrayDeque<>();
  private final AuthorOrder order;
  private final Set<String> typists = new HashSet<>(2);
  private SentBefore sentBefore = new SentBefore();
  private String name;
  private @Nullable SavedChat saved;
  private boolean held = true;
  private boolean over;
  private boolean waitsForStore;
  private boolean first;
  private long keysRev;

  /**
   * Something for the socket.
   *
   * @param packet null where there turns out to be nothing to send
   * @param ref names a message; empty for anything else
   * @param keys of a list of public keys; {@link Keys#NONE} for anything else
   * @param number of an event that is kept for members that come back; 0 for any other
   * @param place of a message; {@link Place#NONE} for anything else
   */
  record Item(
      Future<@Nullable EncodedPacket> packet, String ref, Keys keys, long number, Place place) {}

  /**
   * What comes with a list of public keys.
   *
   * @param rev orders the lists
   * @param first the socket of the member that has been there longest
   */
  record Keys(long rev, String first) {
    static final Keys NONE = new Keys(0, "");

    static Keys of(long rev, List<Member> members) {
      return new Keys(rev, Member.first(members));
    }
  }

  /**
   * Nobody has been notified of it yet.
   *
   * @param timer bounds how long something waits for what was sent before it
   * @param onReplaced is called when another socket has taken its place
   * @param onFirst is called when it becomes the first member, and when it is that no more
   */
  Membership(
      SocketIoSocket socket,
      Seat seat,
      String name,
      AuthorOrder.Timer timer,
      Consumer<Membership> onReplaced,
      Consumer<Boolean> onFirst) {
    this.socket = socket;
    this.seat = seat;
    this.name = name;
    this.onReplaced = onReplaced;
    this.onFirst = onFirst;
    this.order = new AuthorOrder(seat.userId(), timer, this::queue);
  }

  SocketIoSocket socket() {
    return socket;
  }

  Seat seat() {
    return seat;
  }

  String name() {
    return name;
  }

  void name(String newName) {
    name = newName;
    if (saved != null) {
      saved.name(newName);
    }
  }

  /** True while its join is repeated, until the store is back. */
  boolean waitsForStore() {
    return waitsForStore;
  }

  void waitsForStore(boolean now) {
    waitsForStore = now;
  }

  /**
   * True once the socket has been notified that it is in, and while no further join is under way.
   */
  boolean isIn() {
    return !held;
  }

  /** Lets what arrives from now on wait. */
  void hold() {
    held = true;
  }

  /**
   * Delivers what has waited, but for the events up to a number, which it has or needs not have.
   *
   * @param last the order of the last message that it has so
   */
  void releaseAfter(long number, long last) {
    release(item -> item.number() > 0 && item.number() <= number, last);
  }

  /**
   * Delivers what has waited, but for messages that the history had already.
   *
   * @param last the order of the last message that the history had
   */
  void release(Set<String> known, long last) {
    release(item -> known.contains(item.ref()), last);
  }

  private void release(Predicate<Item> known, long last) {
    items.removeIf(known);
    order.removeIf(known);
    order.joined(last);
    release();
  }

  /** Delivers what has waited, of a member that was in before and is as it was. */
  void release() {
    held = false;
    flush();
  }

  void offer(Item item) {
    if (!item.packet().isComplete()) {
      item.packet().onComplete(fetched -> flush());
    }
    order.offer(item);
  }

  private void queue(Item item) {
    items.add(item);
    flush();
  }

  /** It has got the message of an order; 0 for one that has none. */
  void has(long messageOrder) {
    order.has(messageOrder);
  }

  /** It has come in, and finds a history. */
  void sentBefore(List<KeptMessage> history) {
    sentBefore = new SentBefore(seat.userId(), history);
  }

  /** Where a message stands that it has sent; asked once for each, in the order sent. */
  Place place(String to, long messageOrder) {
    return new Place(seat.userId(), messageOrder, sentBefore.takeFor(to));
  }

  /**
   * Somebody types, or no longer does. A client that reads slowly hears of no beginning, and of no
   * end whose beginning it has not heard of; nor does one that is not in yet.
   */
  void typing(@Nullable EncodedPacket packet, String user, boolean begins) {
    if (held || over || packet == null) {
      return;
    }
    boolean slow = socket.isSlow();
    boolean known = begins ? !slow && typists.add(user) : typists.remove(user);
    if (known || !slow) {
      socket.send(packet);
    }
  }

  private void flush() {
    while (!held && !over && !items.isEmpty() && items.peek().packet().isComplete()) {
      Item item = items.remove();
      EncodedPacket packet = item.packet().result();
      if (packet == null || (item.keys().rev() > 0 && item.keys().rev() < keysRev)) {
        continue;
      }
      keysShown(item.keys());
      send(packet, item.number());
    }
  }

  /** From now on its client is told how far it has got; null for no more. */
  void saved(@Nullable SavedChat chat) {
    saved = chat;
  }

  /** What its client has got; null where that is not kept. */
  @Nullable SavedChat saved() {
    return saved;
  }

  /** Sends an event now; {@code number} as {@link Item} has it. */
  void send(EncodedPacket packet, long number) {
    SavedChat chat = saved;
    if (chat == null || number == 0) {
      socket.send(packet);
    } else {
      chat.progress(chat.progress().and(number));
      socket.send(
          EncodedPacket.ofText(ChatFrames.withOffset(packet.text(), chat.socket().offset())));
    }
  }

  /** Lists of public keys older than this one are out of date. */
  void keysShown(Keys keys) {
    if (!over && keys.rev() > 0 && keys.rev() >= keysRev) {
      keysRev = keys.rev();
      first(keys.first().equals(seat.socketId()));
    }
  }

  private void first(boolean now) {
    if (first != now) {
      first = now;
      onFirst.accept(now);
    }
  }

  /** Another socket has taken its place: this is the last that it gets. */
  void replaced(@Nullable EncodedPacket packet) {
    if (packet != null) {
      socket.send(packet);
    }
    onReplaced.accept(this);
  }

  /** The socket is no member any more: nothing follows. */
  void end() {
    over = true;
    items.clear();
    order.end();
    first(false);
  }
}
