package dev.switchboard.shared.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out about requests that Redis may have taken although their answer never came: it does so
 * when it wakes, even long after. Used on the loop of the link that is asked.
 */
public final class LostAnswers {
  private static final long PAUSE_MILLIS = 500;

  /** How often Redis is asked while it stays away: some two minutes. */
  private static final int MAX_AWAY = 240;

  /** How often once it answers: what lay in the old connection is read by then. */
  private static final int MAX_OPEN = 10;

  private final Vertx vertx;

  public LostAnswers(Vertx vertx) {
    this.vertx = vertx;
  }

  /** What a look for such a request finds. */
  public sealed interface Look<T> {
    /** It was taken. */
    record Taken<T>(T outcome) implements Look<T> {}

    /** It was not taken yet, and may still be. */
    record Open<T>() implements Look<T> {}

    /** It was not taken and never will be, or what it did is past. */
    record Missed<T>() implements Look<T> {}
  }

  /** True if a request that failed so may have been taken all the same. */
  public static boolean mayBeTaken(Throwable failure) {
    return failure instanceof StoreUnavailableException away && away.isUnanswered();
  }

  /** Asks until it is clear; answers what the request came to if it was taken, else null. */
  public <T> Future<@Nullable T> lookFor(Supplier<Future<Look<T>>> question) {
    return lookFor(question, MAX_AWAY, MAX_OPEN);
  }

  private <T> Future<@Nullable T> lookFor(Supplier<Future<Look<T>>> question, int away, int open) {
    if (away == 0 || open == 0) {
      return Future.succeededFuture(null);
    }
    return vertx
        .timer(PAUSE_MILLIS)
        .compose(fired -> question.get())
        .transform(
            found ->
                switch (found.result()) {
                  case null -> lookFor(question, away - 1, open);
                  case Look.Taken<T>(T outcome) -> Future.succeededFuture(outcome);
                  case Look.Open<T>() -> lookFor(question, away, open - 1);
                  case Look.Missed<T>() -> Future.succeededFuture(null);
                });
  }
}
