package dev.switchboard.signaling.calls;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * When something is to be done for each of some things, the earliest first. What is taken off is
 * not held on to. Belongs to one event loop.
 */
final class Agenda<T> {
  private final TreeSet<Entry<T>> entries =
      new TreeSet<>(Comparator.<Entry<T>>comparingLong(Entry::at).thenComparingLong(Entry::number));

  private final Map<T, Entry<T>> byThing = new HashMap<>();
  private long numbers;

  /**
   * Something to do.
   *
   * @param at the time, in milliseconds
   * @param number tells it from others of the same time
   */
  record Entry<T>(long at, long number, T of) {}

  /** Says when, in milliseconds; what was said of the same before counts no longer. */
  void put(T of, long at) {
    remove(of);
    Entry<T> entry = new Entry<>(at, numbers++, of);
    entries.add(entry);
    byThing.put(of, entry);
  }

  /** Takes something off; does nothing if it is not there. */
  void remove(T of) {
    Entry<T> entry = byThing.remove(of);
    if (entry != null) {
      entries.remove(entry);
    }
  }

  /** Takes off the first that is due at a time; null if none is. */
  @Nullable Entry<T> poll(long now) {
    if (entries.isEmpty() || entries.first().at() > now) {
      return null;
    }
    Entry<T> first = entries.first();
    remove(first.of());
    return first;
  }

  int size() {
    return entries.size();
  }
}
