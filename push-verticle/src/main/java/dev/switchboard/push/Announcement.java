package dev.switchboard.push;

import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.Set;

/** Says in Redis which types of device can be delivered to; it has to be said again and again. */
final class Announcement {
  private static final int LIFE_SECONDS = 60;

  private final RedisLink link;
  private final Set<String> types;

  Announcement(RedisLink link, Set<String> types) {
    this.link = link;
    this.types = Set.copyOf(types);
  }

  /** Says it once. */
  Future<Void> make() {
    if (types.isEmpty()) {
      return Future.succeededFuture();
    }
    Request add = Request.cmd(Command.SADD).arg(PushJobs.PROVIDERS);
    types.forEach(add::arg);
    Request expire = Request.cmd(Command.EXPIRE).arg(PushJobs.PROVIDERS).arg(LIFE_SECONDS);
    return Future.all(link.send(add), link.send(expire)).mapEmpty();
  }
}
