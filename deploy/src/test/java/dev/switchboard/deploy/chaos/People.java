package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.chaos.Event.Kind;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Everybody who uses the cluster, as they like, until all have to come to an end. */
final class People implements AutoCloseable {
  private static final int USERS = 50;
  private static final int IN_A_CHAT = 5;
  private static final int SLEEPERS = 10;
  private static final int ROOMS = 5;
  private static final long THERE_SECONDS = 90;

  private final Cluster cluster;
  private final History history;
  private final String prefix;
  private final List<VirtualUser> users = new ArrayList<>();
  private final List<RoomPair> rooms = new ArrayList<>();
  private final List<Phone> readers = new ArrayList<>();
  private final Team team;
  private final Relayed relayed;
  private final Map<VirtualUser, Thread> acting = new HashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean settling;
  private volatile long untilMillis = Long.MAX_VALUE;

  /** Returns when all are there. Names begin with the seed, so that no two rounds share any. */
  People(Cluster cluster, long seed, History history) {
    this.cluster = cluster;
    this.history = history;
    this.prefix = "r" + seed + "-";
    cluster.providers().forEach(provider -> provider.reception().writeTo(history));
    for (int i = 0; i < USERS; i++) {
      String user = prefix + "u" + i;
      String chat = prefix + "s" + i / IN_A_CHAT;
      users.add(
          new VirtualUser(
              user,
              cluster.front(),
              cluster.token(user, false),
              chat,
              i % IN_A_CHAT == 0,
              seed * USERS + i,
              history));
    }
    List<String> sleepers =
        IntStream.range(0, SLEEPERS).mapToObj(i -> prefix + "sleeper" + i).toList();
    team = new Team(cluster, sleepers, seed, history);
    String name = prefix + "relayed";
    relayed = new Relayed(name, cluster.iceFront(), user -> cluster.token(user, false), history);
    history.add(name, Kind.CONNECTED, "");
    users.forEach(VirtualUser::open);
    for (int i = 0; i < ROOMS; i++) {
      rooms.add(new RoomPair(prefix + "room" + i, cluster.front(), history));
    }
    Await.until(
        () -> users.stream().allMatch(user -> user.isRegistered() && user.chat().isIn()),
        THERE_SECONDS);
    Await.until(team::subscribeAll, THERE_SECONDS);
    Random random = new Random(seed);
    for (VirtualUser user : users) {
      acting.put(user, again(() -> user.act(users)));
      int pauseMillis = 2_000 + random.nextInt(4_000);
      again(
          () -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMillis));
            user.chat().write(() -> untilMillis);
          });
    }
    rooms.forEach(room -> again(room::act));
    again(team::act);
    again(relayed::act);
  }

  private Thread again(Runnable act) {
    return start(
        () -> {
          while (!settling) {
            act.run();
          }
        });
  }

  private Thread start(Runnable task) {
    Thread thread = Thread.ofVirtual().start(task);
    threads.add(thread);
    return thread;
  }

  private static void awaitEnd(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Nobody begins anything any more, all leave their calls, and each neighbour rings the other;
   * chats are read by one who joins last.
   */
  void settle(long untilMillis) {
    this.untilMillis = untilMillis;
    settling = true;
    List<Thread> before = List.copyOf(threads);
    for (int i = 0; i < USERS; i += 2) {
      VirtualUser one = users.get(i);
      VirtualUser other = users.get(i + 1);
      start(
          () -> {
            // What one was doing may wait for an answer, and others need not wait for that.
            awaitEnd(acting.get(one));
            awaitEnd(acting.get(other));
            one.leaveCalls(untilMillis);
            other.leaveCalls(untilMillis);
            one.tryToReach(other, untilMillis);
            other.tryToReach(one, untilMillis);
          });
    }
    before.forEach(People::awaitEnd);
    rooms.forEach(room -> start(() -> room.settle(untilMillis)));
    start(() -> team.settle(untilMillis));
    start(() -> relayed.settle(untilMillis));
    threads.forEach(People::awaitEnd);
    users.stream().map(user -> user.chat().session()).distinct().forEach(this::read);
  }

  private void read(String session) {
    String name = session + "-reader";
    Phone[] phone = new Phone[1];
    phone[0] =
        new Phone(
            cluster.front(),
            cluster.token(name, false),
            (event, payload) -> {
              if (event.equals(Phone.UP)) {
                JsonObject join = ChatMember.join(session, name, false);
                phone[0].send("join-session", join);
              } else if (event.equals("messages-history")) {
                history.add(name, Kind.KEPT, session, ChatMember.names(payload));
              }
            });
    readers.add(phone[0]);
    phone[0].open();
  }

  @Override
  public void close() {
    settling = true;
    untilMillis = 0;
    users.forEach(VirtualUser::close);
    rooms.forEach(RoomPair::close);
    readers.forEach(Phone::close);
  }
}
