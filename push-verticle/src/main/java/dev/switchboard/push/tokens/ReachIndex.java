package dev.switchboard.push.tokens;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.shared.schedule.PeriodicTask;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the reach hashes in Redis the same as the tokens in Postgres. Who has changed tokens names
 * the fields concerned, and they are written as Postgres has them; since every write is followed by
 * another look, two nodes at once, in any order, end with what Postgres has.
 *
 * <p>Belongs to the event loop of its link. Futures fail with {@link StoreUnavailableException}.
 */
public final class ReachIndex {
  /** There while the index is complete: a Redis that has lost its data has lost this too. */
  static final String MARKER = "push:reach-complete";

  private static final int ROUNDS = 5;
  private static final int PAGE = 500;
  private static final long OWED_PAUSE_MILLIS = 1_000;
  private static final UUID FIRST = new UUID(0, 0);
  private static final Logger log = LoggerFactory.getLogger(ReachIndex.class);

  private final Vertx vertx;
  private final RedisLink link;
  private final TokenStore store;
  private final Set<ReachField> owed = new HashSet<>();
  private @Nullable PeriodicTask settling;

  public ReachIndex(Vertx vertx, RedisLink link, TokenStore store) {
    this.vertx = vertx;
    this.link = link;
    this.store = store;
  }

  /**
   * Fails with {@link StoreUnavailableException} while the index can't be written: a device that
   * Postgres has and the index lacks would be a phone that never rings.
   */
  public Future<Void> whileUp() {
    return link.isUp()
        ? Future.succeededFuture()
        : Future.failedFuture(new StoreUnavailableException("Redis", null));
  }

  /** Makes some fields what Postgres has, now or, if the future fails, as soon as it can. */
  public Future<Void> reconcile(Collection<ReachField> touched) {
    // nobody reaches a subscription by a user that it does not have
    List<ReachField> fields = touched.stream().filter(field -> !field.userId().isEmpty()).toList();
    if (fields.isEmpty()) {
      return Future.succeededFuture();
    }
    return store
        .present(fields)
        .compose(present -> settle(fields, present, ROUNDS))
        .onFailure(failure -> owe(fields));
  }

  private void owe(List<ReachField> fields) {
    owed.addAll(fields);
    if (settling == null) {
      settling =
          PeriodicTask.startAfterPause(
              vertx, "Writing the reach index", OWED_PAUSE_MILLIS, this::settleOwed);
    }
  }

  private Future<Void> settleOwed() {
    List<ReachField> fields = List.copyOf(owed);
    owed.clear();
    return reconcile(fields).onSuccess(written -> rest());
  }

  private void rest() {
    if (owed.isEmpty() && settling != null) {
      settling.stop();
      settling = null;
    }
  }

  private Future<Void> settle(List<ReachField> fields, Set<ReachField> present, int rounds) {
    List<Future<@Nullable Response>> writes =
        fields.stream().map(field -> link.send(write(field, present.contains(field)))).toList();
    return Future.all(writes)
        .compose(written -> store.present(fields))
        .compose(
            now -> {
              Set<ReachField> changed = new HashSet<>(fields);
              changed.removeIf(field -> now.contains(field) == present.contains(field));
              if (changed.isEmpty() || rounds == 0) {
                return Future.succeededFuture();
              }
              return settle(List.copyOf(changed), now, rounds - 1);
            });
  }

  private static Request write(ReachField field, boolean present) {
    return present
        ? Request.cmd(Command.HSET).arg(field.key()).arg(field.field()).arg("1")
        : Request.cmd(Command.HDEL).arg(field.key()).arg(field.field());
  }

  /**
   * Writes the whole index, page by page, where Redis has lost it. Several nodes may do so at once.
   */
  public Future<Void> rebuildIfLost() {
    return link.send(Request.cmd(Command.EXISTS).arg(MARKER))
        .compose(
            marker ->
                marker != null && marker.toInteger() == 1
                    ? Future.succeededFuture()
                    : rebuild(FIRST, 0));
  }

  private Future<Void> rebuild(UUID after, long soFar) {
    return store
        .page(after, PAGE)
        .compose(
            page -> {
              int size = page.fields().size();
              Future<Void> written = reconcile(new HashSet<>(page.fields()));
              return size < PAGE
                  ? written.compose(last -> complete(soFar + size))
                  : written.compose(next -> rebuild(page.last(), soFar + size));
            });
  }

  private Future<Void> complete(long tokens) {
    return link.send(Request.cmd(Command.SET).arg(MARKER).arg("1"))
        .onSuccess(set -> log.info("Reach index written anew for {} tokens", tokens))
        .mapEmpty();
  }
}
