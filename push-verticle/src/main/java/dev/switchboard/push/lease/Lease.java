package dev.switchboard.push.lease;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import io.vertx.core.Future;
import java.util.List;

/** What only one node at a time may do: a key that names its holder and runs out by itself. */
public final class Lease {
  /** What came of asking for the lease. */
  public enum Hold {
    TAKEN,
    RENEWED,
    REFUSED
  }

  private static final Script TAKE = Script.load(Lease.class, "push_lease");
  private static final Script RELEASE = Script.load(Lease.class, "push_release");

  private final RedisLink link;
  private final String key;
  private final String owner;
  private final long millis;

  public Lease(RedisLink link, String key, String owner, long millis) {
    this.link = link;
    this.key = key;
    this.owner = owner;
    this.millis = millis;
  }

  /** Takes the lease, or renews it; fails as {@link RedisLink#run} does. */
  public Future<Hold> hold() {
    return link.run(TAKE, List.of(key), List.of(owner, Long.toString(millis)))
        .map(
            answer ->
                switch (answer == null ? 0 : answer.toInteger()) {
                  case 2 -> Hold.TAKEN;
                  case 1 -> Hold.RENEWED;
                  default -> Hold.REFUSED;
                });
  }

  /** Gives the lease up if it is still held. */
  public Future<Void> release() {
    return link.run(RELEASE, List.of(key), List.of(owner)).mapEmpty();
  }
}
