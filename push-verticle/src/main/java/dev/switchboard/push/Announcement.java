package dev.switchboard.push;

import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;

/**
 * Announces in Redis which types of device this node can deliver to. An announcement expires unless
 * it is renewed.
 */
final class Announcement {
  private static final Script ANNOUNCE = Script.load(Announcement.class, "push_announce");

  /** How long calls to sleeping devices ring on although no push node is left. */
  private static final int LIFE_MILLIS = 12_000;

  private final RedisLink link;
  private final String node;
  private final Set<String> types;
  private final boolean off;

  /**
   * Makes one.
   *
   * @param off true if push is switched off here: that is another reason than that a provider lacks
   */
  Announcement(RedisLink link, String node, Set<String> types, boolean off) {
    this.link = link;
    this.node = node;
    this.types = Set.copyOf(types);
    this.off = off;
  }

  /** Says it once. */
  Future<Void> make() {
    return say(String.join(",", types));
  }

  /** Takes it back; what other nodes announce stays. */
  Future<Void> takeBack() {
    return say("");
  }

  private Future<Void> say(String what) {
    return link.run(
            ANNOUNCE,
            List.of(PushJobs.PROVIDERS, PushKeys.ANNOUNCEMENTS, PushJobs.DISABLED),
            List.of(node, what, Integer.toString(LIFE_MILLIS), off ? "1" : "0"))
        .mapEmpty();
  }
}
