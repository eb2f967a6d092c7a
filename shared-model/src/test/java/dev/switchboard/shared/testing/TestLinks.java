package dev.switchboard.shared.testing;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.RedisLinks;
import dev.switchboard.shared.redis.RedisObserver;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** Links to {@link RealRedis}, all of which can be closed at once. */
public final class TestLinks implements RedisLinks {
  private final Vertx vertx;
  private final RedisLinks links;
  private final Queue<RedisLink> opened = new ConcurrentLinkedQueue<>();

  public TestLinks(Vertx vertx) {
    this(vertx, RealRedis.url());
  }

  /** Such links by another way, {@code redis://} as that of {@link RealRedis}. */
  public TestLinks(Vertx vertx, String url) {
    this.vertx = vertx;
    RedisOptions options = new RedisOptions().setConnectionString(url);
    links = RedisLinks.to(vertx, options, RedisObserver.NONE);
  }

  @Override
  public RedisLink open() {
    RedisLink link = links.open();
    opened.add(link);
    return link;
  }

  /** Does something on the event loop of a link of its own, and waits for it. */
  public <T> T with(Function<RedisLink, Future<T>> action) {
    return Await.await(
        Future.future(
            done ->
                vertx.runOnContext(
                    go -> {
                      RedisLink link = links.open();
                      action.apply(link).eventually(link::close).onComplete(done);
                    })));
  }

  /** Closes all that were opened; for Redis, whoever had them is gone. */
  public Future<?> close() {
    return Future.join(opened.stream().map(RedisLink::close).toList());
  }
}
