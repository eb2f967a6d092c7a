package dev.switchboard.deploy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the database schema up to date, as soon as there is a database. */
final class Schema {
  private static final Logger log = LoggerFactory.getLogger(Schema.class);
  private static final long RETRY_MILLIS = 1_000;

  private final Vertx vertx;
  private final String url;

  private final CompletionStage<Void> begun;

  /**
   * @param begun the first attempt, which may have been begun before there was a Vert.x
   */
  Schema(Vertx vertx, String url, CompletionStage<Void> begun) {
    this.vertx = vertx;
    this.url = url;
    this.begun = begun;
  }

  /**
   * Completes when the schema is current or Postgres is away; then it goes on trying. Fails if a
   * migration fails or Postgres refuses, which no waiting mends.
   */
  Future<Void> bringUpToDate(Runnable done) {
    return Future.fromCompletionStage(begun, vertx.getOrCreateContext())
        .onSuccess(v -> done.run())
        .recover(
            failure -> {
              if (!(failure instanceof StoreUnavailableException)) {
                return Future.failedFuture(failure);
              }
              log.warn("Postgres is away: starting without it: {}", reason(failure));
              tryAgainLater(done);
              return Future.succeededFuture();
            });
  }

  /** In the server's own words where it has any, such as those for too many connections. */
  private static String reason(Throwable failure) {
    Throwable last = failure;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    return String.valueOf(last.getMessage()).lines().findFirst().orElse("");
  }

  private void tryAgainLater(Runnable done) {
    vertx.setTimer(
        RETRY_MILLIS,
        id ->
            Postgres.migrate(vertx, url)
                .onSuccess(v -> done.run())
                .onFailure(
                    failure -> {
                      tell(failure);
                      tryAgainLater(done);
                    }));
  }

  private static void tell(Throwable failure) {
    switch (failure) {
      case StoreUnavailableException e -> log.debug("Postgres is still away");
      // Its one line is enough, and is logged again at every attempt.
      case BadSettingException e ->
          log.error("the schema can't be brought up to date: {}", e.getMessage());
      default -> log.error("the schema can't be brought up to date", failure);
    }
  }
}
