package dev.switchboard.push.apns;

import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.switchboard.push.send.CauseLook;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Two connections to one environment of APNs, of which the one that works is used. */
final class ApnsLink {
  private static final int CONNECTIONS = 2;

  private final List<ApnsConnection> connections;
  private final AtomicInteger turn = new AtomicInteger();

  /** Connects when something is sent. */
  ApnsLink(Vertx vertx, ApnsConnection.Opener open) {
    connections =
        IntStream.range(0, CONNECTIONS).mapToObj(i -> new ApnsConnection(vertx, open)).toList();
  }

  /**
   * Sends; completes on the calling event loop, before an attempt is given up. Fails as {@link
   * CauseLook#again} where it had to wait.
   */
  Future<ApnsAnswer> send(SimpleApnsPushNotification notification, CauseLook look) {
    return connection().send(notification, look);
  }

  /** In turn, but for one that has just failed while another works. */
  private ApnsConnection connection() {
    int first = Math.floorMod(turn.getAndIncrement(), connections.size());
    for (int i = 0; i < connections.size(); i++) {
      ApnsConnection candidate = connections.get((first + i) % connections.size());
      if (candidate.isWell()) {
        return candidate;
      }
    }
    return connections.get(first);
  }

  Future<Void> close() {
    return Future.join(
            connections.stream()
                .map(connection -> Future.fromCompletionStage(connection.close()))
                .toList())
        .timeout(3, TimeUnit.SECONDS)
        .transform(closed -> Future.succeededFuture());
  }
}
