package dev.switchboard.signaling.edge;

import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.shared.redis.InDoubtWrites;
import dev.switchboard.shared.redis.StoreRetry;
import dev.switchboard.shared.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients that are gone, and of whose end the store does not know yet: for everybody else they are
 * there still. It is written again every second for as long as the store is unavailable, without an
 * end: the lease of this edge goes on, so that nobody else would ever clear its clients away. One
 * for a feature and edge, on its loop.
 *
 * @param <K> names a client
 */
public final class Departures<K> {
  private static final long RETRY_MILLIS = 1_000;
  private static final Logger log = LoggerFactory.getLogger(Departures.class);

  private final Vertx vertx;
  private final Function<K, String> name;
  private final Map<K, Future<Void>> pending = new HashMap<>();

  /**
   * Makes one.
   *
   * @param name what the log calls a client
   */
  public Departures(Vertx vertx, Function<K, String> name) {
    this.vertx = vertx;
    this.name = name;
  }

  /**
   * Writes that a client is gone. Never fails: completes when that is written, the client is back,
   * or a bug has been logged.
   */
  public Future<Void> depart(K client, StoreRetry.Attempt<Void> attempt) {
    return depart(client, attempt, false);
  }

  /** As {@link #depart(Object, StoreRetry.Attempt)}; {@code inDoubt} as of an earlier attempt. */
  public Future<Void> depart(K client, StoreRetry.Attempt<Void> attempt, boolean inDoubt) {
    Future<Void> known = pending.get(client);
    if (known != null) {
      return known;
    }
    Promise<Void> written = Promise.promise();
    pending.put(client, written.future());
    write(client, attempt, inDoubt, written);
    return written.future();
  }

  private void write(
      K client, StoreRetry.Attempt<Void> attempt, boolean inDoubt, Promise<Void> written) {
    if (!written.future().equals(pending.get(client))) {
      written.complete();
      return;
    }
    attempt
        .run(inDoubt)
        .onComplete(
            done -> {
              if (done.cause() instanceof StoreUnavailableException) {
                boolean doubt = inDoubt || InDoubtWrites.isInDoubt(done.cause());
                vertx.setTimer(RETRY_MILLIS, id -> write(client, attempt, doubt, written));
                return;
              }
              if (done.failed()) {
                log.atError()
                    .addKeyValue(LogKeys.SESSION, name.apply(client))
                    .setCause(done.cause())
                    .log("the end of a client could not be stored");
              }
              pending.remove(client, written.future());
              written.complete();
            });
  }

  /** The client is back: nothing more is written of its end. */
  public void cancel(K client) {
    pending.remove(client);
  }

  /** True while the store does not know that a client is gone. */
  public boolean isPending(K client) {
    return pending.containsKey(client);
  }

  /** Completes when the store knows of every client that is gone so far. */
  public Future<Void> settled() {
    return pending.isEmpty()
        ? Future.succeededFuture()
        : Future.join(List.copyOf(pending.values())).mapEmpty();
  }

  /**
   * Who is departing, over all edges of a process. Used from any thread.
   *
   * @param <W> names somebody, whom several clients may stand for
   */
  public static final class Registry<W> {
    private final Map<W, Integer> clients = new ConcurrentHashMap<>();

    /** A client of somebody departs. */
    public void add(W who) {
      clients.merge(who, 1, Integer::sum);
    }

    /** That is written. */
    public void remove(W who) {
      clients.computeIfPresent(who, (key, count) -> count == 1 ? null : count - 1);
    }

    /** True if the store may count a client as there that is gone. */
    public boolean has(W who) {
      return clients.containsKey(who);
    }
  }
}
