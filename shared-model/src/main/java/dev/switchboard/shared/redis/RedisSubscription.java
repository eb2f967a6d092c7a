package dev.switchboard.shared.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what is published under a pattern, over a connection of its own that is made again whenever
 * it is lost or stays silent. What is published meanwhile is not heard: Redis keeps none of it.
 * Belongs to the context that started it.
 */
public final class RedisSubscription {
  private static final Logger log = LoggerFactory.getLogger(RedisSubscription.class);
  private static final long ANSWER_MILLIS = 5_000;
  private static final long PROBE_MILLIS = 10_000;
  private static final long RETRY_MILLIS = 1_000;

  private final Vertx vertx;
  private final RedisDialer dialer;
  private final String name;
  private final String pattern;
  private final BiConsumer<String, String> heard;
  private RedisDialer.@Nullable Line line;
  private long timer = -1;
  private boolean saidAway;
  private boolean closed;

  private RedisSubscription(
      Vertx vertx,
      RedisOptions options,
      String name,
      String pattern,
      BiConsumer<String, String> heard) {
    this.vertx = vertx;
    this.dialer = new RedisDialer(vertx, options);
    this.name = name;
    this.pattern = pattern;
    this.heard = heard;
  }

  /**
   * Subscribes from now on.
   *
   * @param name what this Redis is, for the log
   * @param pattern as {@code PSUBSCRIBE} takes it
   * @param heard gets channel and message
   */
  public static RedisSubscription start(
      Vertx vertx,
      RedisOptions options,
      String name,
      String pattern,
      BiConsumer<String, String> heard) {
    RedisSubscription subscription = new RedisSubscription(vertx, options, name, pattern, heard);
    subscription.connect();
    return subscription;
  }

  /** True while it hears. */
  public boolean isUp() {
    return line != null;
  }

  private void connect() {
    Future<RedisDialer.Line> dialed = dialer.dial();
    dialed
        .compose(this::subscribe)
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .onSuccess(this::adopt)
        .onFailure(
            failure -> {
              dialed.onSuccess(RedisDialer.Line::hangUp);
              lost(failure);
            });
  }

  private Future<RedisDialer.Line> subscribe(RedisDialer.Line opened) {
    opened.connection().handler(this::take);
    opened.connection().exceptionHandler(failure -> log.debug("{} fails", name, failure));
    return opened
        .connection()
        .send(Request.cmd(Command.PSUBSCRIBE).arg(pattern))
        .map(done -> opened);
  }

  private void adopt(RedisDialer.Line opened) {
    if (closed) {
      opened.hangUp();
      return;
    }
    line = opened;
    if (saidAway) {
      log.info("{} is heard again", name);
      saidAway = false;
    }
    opened.connection().exceptionHandler(failure -> drop(opened, failure));
    opened.connection().endHandler(end -> drop(opened, null));
    timer = vertx.setTimer(PROBE_MILLIS, id -> probe(opened));
  }

  /** A subscriber sends nothing by itself and so would not notice a dead connection. */
  private void probe(RedisDialer.Line opened) {
    opened
        .connection()
        .send(Request.cmd(Command.PSUBSCRIBE).arg(pattern))
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .onSuccess(pong -> again(opened))
        .onFailure(failure -> drop(opened, failure));
  }

  @SuppressWarnings("ReferenceEquality") // this very connection, not an equal one
  private void again(RedisDialer.Line opened) {
    if (line == opened && !closed) {
      timer = vertx.setTimer(PROBE_MILLIS, id -> probe(opened));
    }
  }

  @SuppressWarnings("ReferenceEquality") // this very connection, not an equal one
  private void drop(RedisDialer.Line opened, @Nullable Throwable cause) {
    if (line == opened) {
      line = null;
      vertx.cancelTimer(timer);
      opened.hangUp();
      lost(cause);
    }
  }

  private void lost(@Nullable Throwable cause) {
    if (closed) {
      return;
    }
    if (!saidAway) {
      saidAway = true;
      log.warn(
          "{} is not heard, is tried again: {}",
          name,
          cause == null ? "closed" : cause.getMessage());
    }
    timer = vertx.setTimer(RETRY_MILLIS, id -> connect());
  }

  private void take(@Nullable Response message) {
    // Its own replies come the same way: a message has a pattern, a channel and a text.
    if (message != null && message.size() == 4 && "pmessage".equals(message.get(0).toString())) {
      heard.accept(message.get(2).toString(), message.get(3).toString());
    }
  }

  /** Hears no more. */
  public Future<Void> stop() {
    closed = true;
    vertx.cancelTimer(timer);
    RedisDialer.Line open = line;
    line = null;
    return open == null ? Future.succeededFuture() : open.hangUp();
  }
}
