package dev.switchboard.deploy;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.RedisRefusal;
import dev.switchboard.shared.redis.Script;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether the user of a Redis may run every command that the program uses. Belongs to the loop of
 * the link that is looked by.
 */
final class RedisRights {
  private static final Script TRIES = Script.load(RedisRights.class, "rights");
  private static final List<String> KEYS =
      Stream.of("text", "hash", "list", "set", "sorted", "stream").map("trial:"::concat).toList();

  /** A user seldom loses rights, and each try of all is written to the append-only file. */
  private static final int EVERY = 10;

  private Future<Void> last = Future.succeededFuture();
  private int looks;

  /** Tries all commands; fails with the refusal of the first that is not allowed. */
  static Future<Void> tryAll(RedisLink link) {
    return link.run(TRIES, KEYS, List.of()).mapEmpty();
  }

  /**
   * Tries all commands at the first and every tenth look, and each time while one is refused; in
   * between it answers what it has last found out. Fails for nothing but a lack of rights.
   */
  Future<Void> look(RedisLink link) {
    if (looks++ % EVERY == 0 || last.failed()) {
      last =
          tryAll(link)
              .recover(
                  failure ->
                      RedisRefusal.of(failure).filter(RedisRefusal.NO_RIGHTS::equals).isPresent()
                          ? Future.failedFuture(failure)
                          : Future.succeededFuture());
    }
    return last;
  }
}
