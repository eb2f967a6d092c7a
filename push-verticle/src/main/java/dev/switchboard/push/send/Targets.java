package dev.switchboard.push.send;

import dev.switchboard.push.tokens.DeviceToken;
import dev.switchboard.push.tokens.TokenStore;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The devices that a job goes to. Belongs to the event loop of its link. */
final class Targets {
  private static final int LOOKS = 4;
  private static final long PAUSE_MILLIS = 250;

  private final Vertx vertx;
  private final TokenStore store;
  private final RedisLink link;

  Targets(Vertx vertx, TokenStore store, RedisLink link) {
    this.vertx = vertx;
    this.store = store;
    this.link = link;
  }

  /**
   * The tokens a job names. One that came with {@code register} a moment ago may still be on its
   * way to Postgres: then it is waited for, a little here, and for longer by failing, which leaves
   * the job in the queue.
   */
  Future<List<DeviceToken>> of(PushJob job) {
    return look(job, LOOKS);
  }

  private Future<List<DeviceToken>> look(PushJob job, int looks) {
    // the stream before the table: a token leaves the one after it has entered the other
    return registrationsWaiting()
        .compose(
            waiting ->
                store
                    .list(job.userId())
                    .compose(
                        tokens -> {
                          List<DeviceToken> targets =
                              tokens.stream()
                                  .filter(DeviceToken::active)
                                  .filter(token -> job.isFor(token.reach().field()))
                                  .toList();
                          return waiting && isIncomplete(job, targets)
                              ? lookAgain(job, looks)
                              : Future.succeededFuture(targets);
                        }));
  }

  private Future<List<DeviceToken>> lookAgain(PushJob job, int looks) {
    if (looks == 1) {
      return Future.failedFuture("its devices are not in Postgres yet");
    }
    return vertx.timer(PAUSE_MILLIS, TimeUnit.MILLISECONDS).compose(later -> look(job, looks - 1));
  }

  private static boolean isIncomplete(PushJob job, List<DeviceToken> targets) {
    Set<String> found =
        targets.stream().map(token -> token.reach().field()).collect(Collectors.toSet());
    return job.devices().map(named -> !found.containsAll(named)).orElse(found.isEmpty());
  }

  private Future<Boolean> registrationsWaiting() {
    return link.send(Request.cmd(Command.XLEN).arg(PushJobs.REGISTRATIONS))
        .map(length -> length != null && length.toLong() > 0);
  }
}
