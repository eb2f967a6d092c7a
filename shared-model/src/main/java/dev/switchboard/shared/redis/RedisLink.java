package dev.switchboard.shared.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pipelining connection to Redis, owned by the event loop that opened it. Requests leave in the
 * order in which they are made. While Redis is away a request fails at once with {@link
 * StoreUnavailableException}; one that is not answered within {@link #ANSWER_MILLIS} fails so too,
 * and the connection is given up, since a hung server must not hold callers.
 */
public final class RedisLink {
  /** How long an answer may take, in milliseconds. */
  public static final long ANSWER_MILLIS = 2_000;

  private static final long RETRY_MILLIS = 250;
  private static final long LOOK_MILLIS = 250;
  private static final Script TRIAL = Script.load(RedisLink.class, "trial");
  private static final List<String> TRIAL_KEYS = List.of("trial:a", "trial:b");
  private static final List<String> TRIAL_ARGUMENTS = List.of("10000");
  private static final Logger log = LoggerFactory.getLogger(RedisLink.class);

  private final Vertx vertx;
  private final RedisDialer dialer;
  private final RedisObserver observer;
  private final RedisOutage outage;
  private RedisDialer.@Nullable Line line;
  private Future<Void> connecting;
  private boolean closed;
  private boolean saidAway;
  private long answered;
  private long sent;
  private long watchdog = -1;

  RedisLink(Vertx vertx, RedisOptions options, RedisObserver observer, RedisOutage outage) {
    this.outage = outage;
    this.vertx = vertx;
    this.dialer = new RedisDialer(vertx, options);
    this.observer = observer;
    this.connecting = connect();
  }

  /** Completes when the first attempt to connect has ended; fails when it failed. */
  public Future<Void> ready() {
    return connecting;
  }

  /** True while there is a connection. */
  public boolean isUp() {
    return line != null;
  }

  private Future<Void> connect() {
    Promise<Void> done = Promise.promise();
    Future<RedisDialer.Line> dialed = dialer.dial();
    dialed
        .compose(RedisLink::greet)
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .onComplete(
            opened -> {
              if (opened.succeeded() && !closed) {
                adopt(opened.result());
                done.complete();
                return;
              }
              dialed.onSuccess(RedisDialer.Line::hangUp);
              if (closed) {
                done.tryFail("closed");
              } else {
                if (saidAway) {
                  outage.goesOn(opened.cause());
                }
                sayAway(opened.cause());
                vertx.setTimer(RETRY_MILLIS, id -> reconnect());
                done.fail(new StoreUnavailableException("Redis", opened.cause()));
              }
            });
    return done.future();
  }

  private void reconnect() {
    if (!closed) {
      connecting = connect();
    }
  }

  /**
   * A connection counts once it serves: the kernel also accepts for a server that hangs, and a
   * replica or a node of a cluster answers too. One that is only full may still be read.
   */
  private static Future<RedisDialer.Line> greet(RedisDialer.Line opened) {
    // What breaks meanwhile also fails the greeting; without a handler the client calls it
    // unhandled.
    opened.connection().exceptionHandler(failure -> log.debug("no connection to Redis", failure));
    return opened
        .connection()
        .send(evaluate(Command.EVAL, TRIAL.source(), TRIAL_KEYS, TRIAL_ARGUMENTS, List.of()))
        .transform(
            answer ->
                answer.succeeded()
                        || RedisRefusal.of(answer.cause())
                            .filter(RedisRefusal::isReadable)
                            .isPresent()
                    ? Future.succeededFuture(opened)
                    : Future.failedFuture(answer.cause()));
  }

  private void adopt(RedisDialer.Line opened) {
    line = opened;
    if (saidAway) {
      outage.ends(true);
      saidAway = false;
    }
    opened.connection().exceptionHandler(failure -> drop(opened, failure));
    opened.connection().endHandler(end -> drop(opened, null));
  }

  @SuppressWarnings("ReferenceEquality") // this very connection, not an equal one
  private void drop(RedisDialer.Line lost, @Nullable Throwable cause) {
    if (line != lost) {
      return;
    }
    line = null;
    lost.hangUp();
    if (!closed) {
      sayAway(cause);
      reconnect();
    }
  }

  private void sayAway(@Nullable Throwable cause) {
    if (!saidAway) {
      saidAway = true;
      outage.begins(cause);
    }
  }

  /** Sends a command. Fails with {@link StoreUnavailableException} or with Redis's own error. */
  public Future<@Nullable Response> send(Request request) {
    return send(request.command().toString(), request);
  }

  private Future<@Nullable Response> send(String name, Request request) {
    RedisDialer.Line open = line;
    if (open == null) {
      return starting()
          ? connecting.compose(ready -> send(name, request))
          : Future.failedFuture(new StoreUnavailableException("Redis", null));
    }
    long started = System.nanoTime();
    sent++;
    watch();
    Promise<@Nullable Response> promise = Promise.promise();
    open.connection()
        .send(request)
        .onComplete(
            answer -> {
              answered++;
              boolean failed = answer.failed();
              observer.answered(name, System.nanoTime() - started, failed);
              if (!failed) {
                promise.complete(answer.result());
              } else if (isRefusal(answer.cause())) {
                promise.fail(refused(open, answer.cause()));
              } else {
                drop(open, answer.cause());
                promise.fail(StoreUnavailableException.inDoubt("Redis", answer.cause()));
              }
            });
    return promise.future();
  }

  /** True until the first attempt to connect has ended: what is asked meanwhile may wait for it. */
  private boolean starting() {
    return !saidAway && !closed && !connecting.isComplete();
  }

  /** An answer of Redis itself; the client gives the end of a connection the same type. */
  private static boolean isRefusal(Throwable cause) {
    return cause instanceof ErrorType error && !error.is("CONNECTION_CLOSED");
  }

  /** One that can't serve counts as away; another may be there, after a fail-over for one. */
  private Throwable refused(RedisDialer.Line open, Throwable cause) {
    Optional<RedisRefusal> refusal = RedisRefusal.of(cause);
    if (refusal.isEmpty()) {
      return cause;
    }
    if (refusal.get().isWorthLeaving()) {
      drop(open, cause);
    }
    return new StoreUnavailableException("Redis", cause);
  }

  /** One timer per link, and only while something is under way: not one per request. */
  private void watch() {
    if (watchdog < 0) {
      look(answered, 0);
    }
  }

  private void look(long answeredBefore, long silentMillis) {
    watchdog =
        vertx.setTimer(
            LOOK_MILLIS,
            id -> {
              watchdog = -1;
              RedisDialer.Line open = line;
              long silent = answered == answeredBefore ? silentMillis + LOOK_MILLIS : 0;
              if (open == null || sent == answered) {
                return;
              }
              if (silent >= ANSWER_MILLIS) {
                drop(open, new TimeoutException("no answer for " + ANSWER_MILLIS + " ms"));
              } else {
                look(answered, silent);
              }
            });
  }

  /** Finds out whether Redis serves, by a small write; fails as {@link #send} does. */
  public Future<Void> tryOut() {
    return run(TRIAL, TRIAL_KEYS, TRIAL_ARGUMENTS).mapEmpty();
  }

  /**
   * Runs a script by its digest, and loads it where Redis does not have it.
   *
   * <p>Fails as {@link #send} does.
   */
  public Future<@Nullable Response> run(Script script, List<String> keys, List<String> arguments) {
    return run(script, keys, arguments, List.of());
  }

  /** As {@link #run(Script, List, List)}, with bytes behind the other arguments. */
  public Future<@Nullable Response> run(
      Script script, List<String> keys, List<String> arguments, List<Buffer> bytes) {
    return send(script.name(), evaluate(Command.EVALSHA, script.sha1(), keys, arguments, bytes))
        .recover(
            failure -> {
              String message = failure.getMessage();
              if (message == null || !message.startsWith("NOSCRIPT")) {
                return Future.failedFuture(failure);
              }
              return send(
                  script.name(), evaluate(Command.EVAL, script.source(), keys, arguments, bytes));
            });
  }

  private static Request evaluate(
      Command command,
      String script,
      List<String> keys,
      List<String> arguments,
      List<Buffer> bytes) {
    Request request = Request.cmd(command).arg(script).arg(keys.size());
    keys.forEach(request::arg);
    arguments.forEach(request::arg);
    bytes.forEach(request::arg);
    return request;
  }

  /** Closes the connection for good. */
  public Future<Void> close() {
    closed = true;
    if (saidAway) {
      outage.ends(false);
      saidAway = false;
    }
    if (watchdog >= 0) {
      vertx.cancelTimer(watchdog);
    }
    RedisDialer.Line open = line;
    line = null;
    return open == null ? Future.succeededFuture() : open.hangUp();
  }
}
