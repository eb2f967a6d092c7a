package dev.switchboard.signaling.chat;

import dev.switchboard.signaling.chat.Membership.Item;
import dev.switchboard.signaling.recovery.Progress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Keeps the messages for one member in the order in which each author sent them. An author that has
 * moved to another node may be heard from there before what it sent from the former one: what comes
 * too early waits, and what follows it from that author, until what is missing is there. All else
 * passes at once. Belongs to the loop of its edge.
 */
final class AuthorOrder {
  /** How long a message waits at most for one that was sent before it. */
  static final long PATIENCE_MILLIS = 3_000;

  private final String reader;
  private final Timer timer;
  private final Consumer<Item> out;
  private final List<Item> early = new ArrayList<>();
  private final Map<String, Parked> parked = new HashMap<>(2);
  private Progress known = Progress.upTo(0);
  private boolean joined;

  /** Lets time pass. */
  interface Timer {
    /** Runs an action once, on the loop of the caller. */
    void after(long millis, Runnable action);
  }

  /** What has come of one author too early, by its order. */
  private static final class Parked {
    final List<Item> items = new ArrayList<>();

    /** What the order of is not known goes last. */
    void add(Item item) {
      int at = items.size();
      while (item.place().order() > 0
          && at > 0
          && items.get(at - 1).place().order() > item.place().order()) {
        at--;
      }
      items.add(at, item);
    }
  }

  /**
   * Has nothing yet, and lets nothing pass before {@link #joined}.
   *
   * @param reader the user that it is for
   * @param out gets what passes
   */
  AuthorOrder(String reader, Timer timer, Consumer<Item> out) {
    this.reader = reader;
    this.timer = timer;
    this.out = out;
  }

  void offer(Item item) {
    String author = item.place().author();
    if (!joined) {
      early.add(item);
    } else if (!parked.containsKey(author) && !isTooEarly(item)) {
      pass(item);
    } else {
      parked.computeIfAbsent(author, this::park).add(item);
      drain(author);
    }
  }

  private boolean isTooEarly(Item item) {
    long missing = item.place().afterFor(reader);
    return missing > 0 && !known.has(missing);
  }

  private void pass(Item item) {
    has(item.place().order());
    out.accept(item);
  }

  private Parked park(String author) {
    Parked its = new Parked();
    timer.after(PATIENCE_MILLIS, () -> giveUp(author, its));
    return its;
  }

  private void giveUp(String author, Parked its) {
    if (parked.remove(author, its)) {
      for (Item item : its.items) {
        has(item.place().afterFor(reader));
        pass(item);
      }
    }
  }

  private void drain(String author) {
    Parked its = parked.get(author);
    while (its != null && !its.items.isEmpty() && !isTooEarly(its.items.getFirst())) {
      pass(its.items.removeFirst());
    }
    if (its != null && its.items.isEmpty()) {
      parked.remove(author);
    }
  }

  /** The member has got a message by another way; 0 for one whose order is not known. */
  void has(long order) {
    if (order > 0) {
      known = known.and(order);
    }
  }

  /** The member is in, with all messages up to an order: what has waited for that passes. */
  void joined(long order) {
    known = known.andUpTo(order);
    joined = true;
    List.copyOf(parked.keySet()).forEach(this::drain);
    List<Item> waited = List.copyOf(early);
    early.clear();
    waited.forEach(this::offer);
  }

  /** Forgets what the member needs not get any more. */
  void removeIf(Predicate<Item> condition) {
    early.removeIf(condition);
    parked.values().forEach(its -> its.items.removeIf(condition));
  }

  /** Nothing passes any more. */
  void end() {
    early.clear();
    parked.clear();
  }
}
