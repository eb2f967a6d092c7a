package dev.switchboard.push.send;

import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Looks again whether the cause of a push is over, where an attempt had to wait: for its turn, for
 * an access token, for a connection, for an answer that did not come. What goes without a wait
 * costs nothing. Asked on the event loop of the push role.
 */
public final class CauseLook {
  /** What is always of use. */
  public static final CauseLook NEVER_OVER = new CauseLook(() -> Future.succeededFuture(""), true);

  /** For how long a look is good. */
  private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Supplier<Future<String>> over;
  private final boolean lasts;
  private volatile long lookedNanos = System.nanoTime();

  /** The cause of a push was over before it could be sent. It was no attempt. */
  public static final class OverException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OverException(String reason) {
      super(reason, null, false, false);
    }
  }

  private CauseLook(Supplier<Future<String>> over, boolean lasts) {
    this.over = over;
    this.lasts = lasts;
  }

  /**
   * Makes one for a push that has just been looked at.
   *
   * @param over why it is not sent any more; empty if it is
   */
  public static CauseLook by(Supplier<Future<String>> over) {
    return new CauseLook(over, false);
  }

  /** True while the last look is good enough. On any thread. */
  public boolean isFresh() {
    return lasts || System.nanoTime() - lookedNanos < FRESH_NANOS;
  }

  /**
   * Completes if the push is still of use, at once after a look that is fresh, and where nobody can
   * tell: a push too many is better than none. Fails with {@link OverException} if it is not.
   */
  public Future<Void> again() {
    return isFresh()
        ? Future.succeededFuture()
        : over.get()
            .otherwise("")
            .compose(
                reason -> {
                  if (!reason.isEmpty()) {
                    return Future.failedFuture(new OverException(reason));
                  }
                  lookedNanos = System.nanoTime();
                  return Future.succeededFuture();
                });
  }
}
