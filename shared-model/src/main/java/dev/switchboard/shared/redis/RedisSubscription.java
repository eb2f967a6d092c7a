package dev.switchboard.shared.redis;

import dev.switchboard.shared.schedule.TimeLimit;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
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

  private void connect() {
    Future<RedisDialer.Line> dialed = dialer.dial();
    TimeLimit.of(vertx, ANSWER_MILLIS, dialed.compose(opened -> subscribe(opened).map(opened)))
        .onSuccess(this::adopt)
        .onFailure(
            failure -> {
              dialed.onSuccess(RedisDialer.Line::hangUp);
              lost(failure);
            });
  }

  /**
   * Completes when Redis says that it will tell. The client's own future says only that the request
   * was written: what Redis answers comes the way that messages do.
   */
  private Future<Void> subscribe(RedisDialer.Line opened) {
    Promise<Void> answered = Promise.promise();
    opened
        .connection()
        .handler(message -> take(message, answered))
        .exceptionHandler(failure -> end(opened, answered, failure))
        .endHandler(end -> end(opened, answered, new IOException("closed")))
        .send(Request.cmd(Command.PSUBSCRIBE).arg(pattern))
        .onFailure(answered::tryFail);
    return TimeLimit.of(vertx, ANSWER_MILLIS, answered.future());
  }

  private void take(@Nullable Response message, Promise<Void> answered) {
    if (message == null) {
      return;
    }
    if (message instanceof Throwable refusal) {
      answered.tryFail(refusal);
      return;
    }
    switch (message.get(0).toString()) {
      case "psubscribe" -> answered.tryComplete();
      case "pmessage" -> heard.accept(message.get(2).toString(), message.get(3).toString());
      default -> log.debug("{} says {}", name, message);
    }
  }

  private void end(RedisDialer.Line opened, Promise<Void> answered, Throwable cause) {
    if (!answered.tryFail(cause)) {
      drop(opened, cause);
    }
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
    timer = vertx.setTimer(PROBE_MILLIS, id -> probe(opened));
  }

  /** A subscriber sends nothing by itself and so would not notice a dead connection. */
  private void probe(RedisDialer.Line opened) {
    subscribe(opened).onSuccess(told -> again(opened)).onFailure(failure -> drop(opened, failure));
  }

  @SuppressWarnings("ReferenceEquality") // this very connection, not an equal one
  private void again(RedisDialer.Line opened) {
    if (line == opened && !closed) {
      timer = vertx.setTimer(PROBE_MILLIS, id -> probe(opened));
    }
  }

  @SuppressWarnings("ReferenceEquality") // this very connection, not an equal one
  private void drop(RedisDialer.Line opened, Throwable cause) {
    if (line == opened) {
      line = null;
      vertx.cancelTimer(timer);
      opened.hangUp();
      lost(cause);
    }
  }

  private void lost(Throwable cause) {
    if (closed) {
      return;
    }
    if (!saidAway) {
      saidAway = true;
      log.warn("{} is not heard, is tried again: {}", name, cause.getMessage());
    }
    timer = vertx.setTimer(RETRY_MILLIS, id -> connect());
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
