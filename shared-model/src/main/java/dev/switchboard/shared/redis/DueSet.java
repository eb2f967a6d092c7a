package dev.switchboard.shared.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;

/**
 * A sorted set of members that come due, scored by when, in milliseconds since the epoch. Any
 * number of nodes claim from it; each due member is handed to one of them for the length of a
 * lease. What its claimant does not remove in that time is due again, so a node may die with what
 * it has claimed, and a member may be dealt with twice.
 *
 * <p>Futures fail as those of {@link RedisLink}. Belongs to the event loop of its link.
 */
public final class DueSet {
  private static final Script CLAIM = Script.load(DueSet.class, "due_claim");

  private final RedisLink link;
  private final String key;

  public DueSet(RedisLink link, String key) {
    this.link = link;
    this.key = key;
  }

  /**
   * Claims what is due, the earliest first.
   *
   * @param now milliseconds since the epoch; a member that is due at this very time is claimed
   * @param leaseMillis after which a claimed member is due again
   * @param atMost how many members; the rest is left for the next claim
   */
  public Future<List<String>> claim(long now, long leaseMillis, int atMost) {
    return link.run(
            CLAIM,
            List.of(key),
            List.of(Long.toString(now), Long.toString(leaseMillis), Integer.toString(atMost)))
        .map(
            answer -> {
              List<String> members = new ArrayList<>();
              if (answer != null) {
                for (Response member : answer) {
                  members.add(member.toString());
                }
              }
              return members;
            });
  }

  /**
   * Removes a member that has been dealt with, claimed or not. A member that has all there is to it
   * may be removed by whoever has dealt with it: that another has claimed it since does not matter.
   */
  public Future<Void> remove(String member) {
    return remove(List.of(member));
  }

  /** As {@link #remove(String)}; true for the one who removed it, if several try. */
  public Future<Boolean> take(String member) {
    return link.send(Request.cmd(Command.ZREM).arg(key).arg(member))
        .map(removed -> removed != null && removed.toInteger() > 0);
  }

  /** As {@link #remove(String)}, for some at once; at least one. */
  public Future<Void> remove(List<String> members) {
    Request request = Request.cmd(Command.ZREM).arg(key);
    members.forEach(request::arg);
    return link.send(request).mapEmpty();
  }
}
