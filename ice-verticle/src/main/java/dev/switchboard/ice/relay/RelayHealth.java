package dev.switchboard.ice.relay;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which relays are on the list. One that missed three probes in a row leaves it until it answers
 * again; the last one stays, dead or not, because a list without a relay helps nobody. A value:
 * each report gives the next state.
 *
 * @param misses per relay in the configured order, how many probes in a row went unanswered
 */
record RelayHealth(Map<Relay, Integer> misses, Set<Relay> offList) {
  static final int MISSES_TO_LEAVE = 3;

  RelayHealth {
    misses = Collections.unmodifiableMap(new LinkedHashMap<>(misses));
    offList = Set.copyOf(offList);
  }

  /** All on the list: a relay is trusted until it has missed. */
  static RelayHealth of(List<Relay> relays) {
    Map<Relay, Integer> misses = new LinkedHashMap<>();
    relays.forEach(relay -> misses.put(relay, 0));
    return new RelayHealth(misses, Set.of());
  }

  /** The relays that clients are told of, in the configured order. */
  List<Relay> listed() {
    return misses.keySet().stream().filter(relay -> !offList.contains(relay)).toList();
  }

  /** False once it missed three in a row, even if it stays on the list as the last one. */
  boolean isUp(Relay relay) {
    return misses.getOrDefault(relay, 0) < MISSES_TO_LEAVE;
  }

  RelayHealth answered(Relay relay) {
    return with(relay, 0);
  }

  RelayHealth missed(Relay relay) {
    return with(relay, Math.min(misses.getOrDefault(relay, 0) + 1, MISSES_TO_LEAVE));
  }

  private RelayHealth with(Relay relay, int count) {
    if (!misses.containsKey(relay)) {
      return this;
    }
    Map<Relay, Integer> next = new LinkedHashMap<>(misses);
    next.put(relay, count);
    Set<Relay> dead = new HashSet<>();
    next.forEach(
        (each, missedInARow) -> {
          if (missedInARow >= MISSES_TO_LEAVE) {
            dead.add(each);
          }
        });
    if (dead.size() == next.size()) {
      // all dead: whoever was on the list until now is the last one
      return new RelayHealth(next, offList);
    }
    return new RelayHealth(next, dead);
  }
}
