package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.chaos.Event.Kind;
import dev.switchboard.deploy.testing.RoomApp;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Two who share a room and send each other numbers. */
final class RoomPair implements AutoCloseable {
  private static final long PAUSE_MILLIS = 1_000;
  private static final long HEARD_MILLIS = 3_000;

  private final String room;
  private final History history;
  private final RoomApp one;
  private final RoomApp other;
  private int number;

  RoomPair(String room, URI url, History history) {
    this.room = room;
    this.history = history;
    this.one = new RoomApp(url, room, "one");
    this.other = new RoomApp(url, room, "other");
  }

  /** Each sends the next number. */
  void act() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
    number++;
    one.send("ice_candidate", "candidate", number);
    other.send("ice_candidate", "candidate", number);
  }

  private static List<Integer> heard(RoomApp app) {
    return app.all("ice_candidate").stream().map(it -> it.getInteger("candidate")).toList();
  }

  /** Sends until each has heard the other, or until the history is so old. */
  void settle(long untilMillis) {
    reach(one, other, room + "-other", untilMillis);
    reach(other, one, room + "-one", untilMillis);
    heard(one).forEach(it -> history.add(room + "-one", Kind.ROOM_HEARD, room, it.toString()));
    heard(other).forEach(it -> history.add(room + "-other", Kind.ROOM_HEARD, room, it.toString()));
  }

  private void reach(RoomApp from, RoomApp to, String name, long untilMillis) {
    while (history.nowMillis() < untilMillis) {
      int sent = ++number;
      long triedMillis = history.nowMillis();
      from.send("ice_candidate", "candidate", sent);
      long end = history.nowMillis() + HEARD_MILLIS;
      while (history.nowMillis() < end) {
        if (heard(to).contains(sent)) {
          history.add(name, Kind.HEARD, "", room);
          return;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      }
      history.with(
          triedMillis,
          name,
          Kind.DEAF,
          "no word",
          from.types().getLast() + " " + to.types().getLast());
    }
  }

  @Override
  public void close() {
    one.close();
    other.close();
  }
}
