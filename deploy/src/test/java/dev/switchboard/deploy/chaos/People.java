package dev.switchboard.deploy.chaos;

import java.util.ArrayList;
import java.util.List;

/** Users who do as they like, until all have to come to an end. */
final class People {
  private final List<VirtualUser> users;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean settling;

  /** Lets them begin. */
  People(List<VirtualUser> users) {
    this.users = users;
    for (VirtualUser user : users) {
      threads.add(
          Thread.ofVirtual()
              .name(user.name())
              .start(
                  () -> {
                    while (!settling) {
                      user.act(users);
                    }
                  }));
    }
  }

  /** Nobody begins anything any more, all leave their calls, and each neighbour rings the other. */
  void settle(long untilMillis) throws InterruptedException {
    settling = true;
    for (Thread thread : threads) {
      thread.join();
    }
    threads.clear();
    for (int i = 0; i + 1 < users.size(); i += 2) {
      VirtualUser one = users.get(i);
      VirtualUser other = users.get(i + 1);
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    one.leaveCalls(untilMillis);
                    other.leaveCalls(untilMillis);
                    one.tryToReach(other, untilMillis);
                    other.tryToReach(one, untilMillis);
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
