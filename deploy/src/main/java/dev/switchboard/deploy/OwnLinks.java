package dev.switchboard.deploy;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.RedisLinks;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The Redis connections of this process: closed with it, so that its end is no loss of Redis. */
final class OwnLinks implements RedisLinks {
  private record Opened(RedisLink link, @Nullable Context context) {
    boolean isOf(Context verticle) {
      return context != null && Objects.equals(context.deploymentID(), verticle.deploymentID());
    }

    Future<Void> close() {
      Context owner = context;
      if (owner == null) {
        return link.close();
      }
      Promise<Void> done = Promise.promise();
      owner.runOnContext(now -> link.close().onComplete(done));
      return done.future();
    }
  }

  private final RedisLinks links;
  private final Queue<Opened> opened = new ConcurrentLinkedQueue<>();

  OwnLinks(RedisLinks links) {
    this.links = links;
  }

  @Override
  public RedisLink open() {
    RedisLink link = links.open();
    opened.add(new Opened(link, Vertx.currentContext()));
    return link;
  }

  /**
   * Closes those that the verticle of a context has opened, before it ends: its sockets would be
   * closed with it, and the links take that for a loss of Redis and connect anew.
   */
  Future<Void> closeOf(Context verticle) {
    List<Opened> theirs = opened.stream().filter(one -> one.isOf(verticle)).toList();
    theirs.forEach(opened::remove);
    return Future.join(theirs.stream().map(Opened::close).toList()).mapEmpty();
  }

  /** Closes every one, each on its own context. */
  Future<Void> close() {
    List<Future<Void>> all = new ArrayList<>();
    for (Opened one = opened.poll(); one != null; one = opened.poll()) {
      all.add(one.close());
    }
    return Future.join(all).mapEmpty();
  }
}
