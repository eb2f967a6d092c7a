package dev.switchboard.shared.redis;

import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;

/** Opens Redis connections: one for each event loop that needs one, never more. */
public interface RedisLinks {
  /** Opens a connection that lives on the calling context. It reconnects by itself until closed. */
  RedisLink open();

  /** Links to the Redis that the options name. */
  static RedisLinks to(Vertx vertx, RedisOptions options, RedisObserver observer) {
    RedisOutage outage = new RedisOutage(true);
    return () -> new RedisLink(vertx, options, observer, outage);
  }

  /** Links that log nothing, for whoever logs by itself what comes of them. */
  static RedisLinks quiet(Vertx vertx, RedisOptions options) {
    RedisOutage outage = new RedisOutage(false);
    return () -> new RedisLink(vertx, options, RedisObserver.NONE, outage);
  }
}
