package dev.switchboard.shared.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes whose answer never came: Redis may have applied them, and may apply them when it wakes,
 * even long after. Each is asked for every {@value #PAUSE_MILLIS} ms until it is clear what became
 * of it: for some two minutes while Redis stays away, since a lease is over long before, and for
 * five seconds once it answers, since what lay in the old connection is read by then. Used on the
 * loop of the link that is asked.
 *
 * @param <K> names a write
 */
public final class InDoubtWrites<K> {
  private static final long PAUSE_MILLIS = 500;
  private static final int MAX_AWAY = 240;
  private static final int MAX_PENDING = 10;

  private final Vertx vertx;
  private final Set<K> keys = new HashSet<>();

  public InDoubtWrites(Vertx vertx) {
    this.vertx = vertx;
  }

  /** What became of such a write. */
  public sealed interface Resolution<T> {
    /** It was applied. */
    record Applied<T>(T outcome) implements Resolution<T> {}

    /** It was not applied yet, and may still be. */
    record Pending<T>() implements Resolution<T> {}

    /** It was not applied and never will be, or what it did is past. */
    record NotApplied<T>() implements Resolution<T> {}
  }

  /** True if a request that failed so is in doubt: it may have been applied all the same. */
  public static boolean isInDoubt(Throwable failure) {
    return failure instanceof StoreUnavailableException away && away.isInDoubt();
  }

  /** True while it is not clear what became of a write. */
  public boolean contains(K key) {
    return keys.contains(key);
  }

  /**
   * Asks no more, since whoever calls this settles the matter. True once for a write in doubt; it
   * then counts as not applied.
   */
  public boolean withdraw(K key) {
    return keys.remove(key);
  }

  /** Asks until it is clear; answers what the write came to if it was applied, else null. */
  public <T> Future<@Nullable T> resolve(K key, Supplier<Future<Resolution<T>>> question) {
    keys.add(key);
    return ask(key, question, MAX_AWAY, MAX_PENDING).onComplete(resolved -> keys.remove(key));
  }

  private <T> Future<@Nullable T> ask(
      K key, Supplier<Future<Resolution<T>>> question, int away, int pending) {
    if (away == 0 || pending == 0) {
      return Future.succeededFuture(null);
    }
    return vertx
        .timer(PAUSE_MILLIS)
        .<Resolution<T>>compose(
            fired ->
                keys.contains(key)
                    ? question.get()
                    : Future.succeededFuture(new Resolution.NotApplied<>()))
        .transform(
            found ->
                switch (found.result()) {
                  case null -> ask(key, question, away - 1, pending);
                  case Resolution.Applied<T>(T outcome) -> Future.succeededFuture(outcome);
                  case Resolution.Pending<T>() -> ask(key, question, away, pending - 1);
                  case Resolution.NotApplied<T>() -> Future.succeededFuture(null);
                });
  }
}
