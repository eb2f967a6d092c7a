package dev.switchboard.shared.auth;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys published at a URL (RFC 7517). They are fetched again when they are old or when a token
 * names one that is not known, but not for every such token: anyone can invent key ids. When a
 * fetch fails the keys known so far stay.
 */
final class RemoteKeys {
  /** The least time between two fetches, in milliseconds. */
  static final long PAUSE_MILLIS = 10_000;

  private static final long ANSWER_MILLIS = 5_000;
  private static final Logger log = LoggerFactory.getLogger(RemoteKeys.class);

  private final URI url;
  private final long refreshMillis;
  private final InstantSource clock;
  private final Consumer<List<JsonObject>> adopt;
  private final WebClient client;
  private @Nullable Future<Void> underWay;
  private long fetchedAt = Long.MIN_VALUE / 2;
  private volatile boolean away;

  RemoteKeys(
      Vertx vertx,
      URI url,
      Duration refresh,
      InstantSource clock,
      Consumer<List<JsonObject>> adopt) {
    this.url = url;
    this.refreshMillis = refresh.toMillis();
    this.clock = clock;
    this.adopt = adopt;
    this.client = WebClient.create(vertx, new WebClientOptions().setFollowRedirects(false));
  }

  synchronized void refreshIfOld() {
    if (clock.millis() - fetchedAt >= refreshMillis) {
      refresh();
    }
  }

  /** Fetches the keys unless that was done just now; completes when the known keys are current. */
  synchronized Future<Void> refresh() {
    if (underWay != null) {
      return underWay;
    }
    if (clock.millis() - fetchedAt < PAUSE_MILLIS) {
      return Future.succeededFuture();
    }
    fetchedAt = clock.millis();
    Promise<Void> done = Promise.promise();
    underWay = done.future();
    client
        .getAbs(url.toString())
        .timeout(ANSWER_MILLIS)
        .send()
        .onComplete(
            answer -> {
              away = answer.failed() || answer.result().statusCode() != 200;
              if (answer.failed()) {
                log.warn("keys from {}: {}", url.getHost(), answer.cause().getMessage());
              } else if (answer.result().statusCode() != 200) {
                log.warn("keys from {}: status {}", url.getHost(), answer.result().statusCode());
              } else {
                read(answer.result().bodyAsString());
              }
              synchronized (this) {
                underWay = null;
              }
              done.complete();
            });
    return done.future();
  }

  /** True if the last fetch had no answer: a key that is not known may be a good one. */
  boolean isAway() {
    return away;
  }

  private void read(@Nullable String body) {
    try {
      adopt.accept(VerificationKeys.usable(new JsonObject(body == null ? "" : body)));
    } catch (RuntimeException e) {
      log.warn("keys from {}: {}", url.getHost(), e.getMessage());
    }
  }
}
