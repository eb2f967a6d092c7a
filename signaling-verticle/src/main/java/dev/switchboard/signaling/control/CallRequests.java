package dev.switchboard.signaling.control;

import dev.switchboard.shared.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which call a request to ring stands for, for a day. The id is chosen before the call is made, so
 * that of any number of nodes that get a request at once each tries to make the very same call, and
 * one succeeds. Futures fail as those of {@link RedisLink}.
 */
final class CallRequests {
  private static final String LIFE = Long.toString(Duration.ofHours(24).toMillis());
  private static final int MAX_TRIES = 3;

  private final RedisLink redis;

  CallRequests(RedisLink redis) {
    this.redis = redis;
  }

  /**
   * What is known of a request.
   *
   * @param subject which call was asked for
   * @param refused what was answered if it was refused; null if it was not
   * @param isFresh true if nobody has asked before
   */
  record Known(String callId, String subject, @Nullable JsonObject refused, boolean isFresh) {
    private static Known read(String text) {
      JsonObject json = new JsonObject(text);
      return new Known(
          json.getString("callId"),
          json.getString("subject"),
          json.getJsonObject("refused"),
          false);
    }

    private String text() {
      return new JsonObject()
          .put("callId", callId)
          .put("subject", subject)
          .put("refused", refused)
          .encode();
    }
  }

  /** The call of a request of this actor; a new id if it is the first. */
  Future<Known> known(String actor, RingRequest request) {
    return known(ControlKeys.request(actor, request.requestId()), request.subject(), MAX_TRIES);
  }

  private Future<Known> known(String key, String subject, int tries) {
    Known fresh = new Known(UUID.randomUUID().toString(), subject, null, true);
    return redis
        .send(Request.cmd(Command.SET).arg(key).arg(fresh.text()).arg("NX").arg("PX").arg(LIFE))
        .compose(
            set ->
                set != null
                    ? Future.succeededFuture(fresh)
                    : redis
                        .send(Request.cmd(Command.GET).arg(key))
                        .compose(
                            text ->
                                text != null || tries == 0
                                    ? Future.succeededFuture(Known.read(String.valueOf(text)))
                                    : known(key, subject, tries - 1)));
  }

  /** Remembers that the request was refused for good, so that it is refused again. */
  Future<Void> refused(String actor, RingRequest request, Known known, JsonObject answer) {
    return redis
        .send(
            Request.cmd(Command.SET)
                .arg(ControlKeys.request(actor, request.requestId()))
                .arg(new Known(known.callId(), known.subject(), answer, false).text())
                .arg("XX")
                .arg("PX")
                .arg(LIFE))
        .mapEmpty();
  }
}
