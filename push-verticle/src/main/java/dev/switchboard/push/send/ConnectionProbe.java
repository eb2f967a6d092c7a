package dev.switchboard.push.send;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Tells a connection that hangs from a service that is slow. While an answer is awaited, an HTTP/2
 * connection is pinged now and then, and closed if not even that is answered: what waits on it
 * fails at once instead of after a whole attempt. Belongs to one event loop.
 */
public final class ConnectionProbe {
  private static final long PAUSE_MILLIS = 2_000;
  private static final long ANSWER_MILLIS = 1_500;
  private static final int PING_BYTES = 8;

  private final Vertx vertx;

  /** Pinged within the last pause: one ping is for all that wait on a connection. */
  private final Set<HttpConnection> pinged = new HashSet<>();

  public ConnectionProbe(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Watches the connection of a request until that is answered or has failed. */
  public void watch(HttpClientRequest request, Future<?> answered) {
    if (request.version() != HttpVersion.HTTP_2) {
      return;
    }
    HttpConnection connection = request.connection();
    long timer = vertx.setPeriodic(PAUSE_MILLIS, id -> ping(connection));
    answered.onComplete(ended -> vertx.cancelTimer(timer));
  }

  private void ping(HttpConnection connection) {
    if (pinged.add(connection)) {
      connection
          .ping(Buffer.buffer(new byte[PING_BYTES]))
          .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
          .onFailure(hangs -> connection.close());
      vertx.setTimer(PAUSE_MILLIS - 1, id -> pinged.remove(connection));
    }
  }
}
