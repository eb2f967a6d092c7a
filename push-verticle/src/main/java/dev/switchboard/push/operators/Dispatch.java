package dev.switchboard.push.operators;

import dev.switchboard.push.queue.PushOrder;
import dev.switchboard.push.queue.PushQueue;
import dev.switchboard.push.tokens.DeviceStore;
import dev.switchboard.push.tokens.DeviceToken;
import dev.switchboard.push.tokens.TokenStore;
import dev.switchboard.shared.http.RefusedException;
import dev.switchboard.shared.push.PushApps;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whom an order goes to, and queues it. Belongs to the event loop of its queue; futures
 * fail with {@link dev.switchboard.shared.redis.StoreUnavailableException}.
 */
public final class Dispatch {
  private static final String WEBPUSH = "webpush";
  private static final String VOIP = "apns_voip";

  private final PushQueue queue;
  private final TokenStore tokens;
  private final DeviceStore devices;

  public Dispatch(PushQueue queue, TokenStore tokens, DeviceStore devices) {
    this.queue = queue;
    this.tokens = tokens;
    this.devices = devices;
  }

  /**
   * Queues it for a recipient; answers {@code {notification_id, queued}}. Fails with {@link
   * RefusedException} for a subscription that there is none of.
   */
  Future<JsonObject> send(PushOrder order, MessageRequest.Recipient recipient) {
    return switch (recipient) {
      case MessageRequest.Recipient.User(String userId, String _) ->
          tokens
              .list(userId)
              .compose(found -> queue.toDevices(order, userId, of(recipient.app(), active(found))));
      case MessageRequest.Recipient.Subscription(String id, String app) ->
          devices
              .byKeys(List.of(WEBPUSH + ":" + id))
              .map(found -> subscription(of(app, found)))
              .compose(found -> queue.toDevices(order, found.userId(), List.of(found)));
      case MessageRequest.Recipient.Topic(String name, String app) ->
          queue.toTopic(order, name, app == null ? PushApps.DEFAULT : app);
    };
  }

  /** Queues it for the browsers of a user. Fails with {@link RefusedException} if there is none. */
  Future<JsonObject> sendToBrowsers(PushOrder order, String userId) {
    return tokens
        .list(userId)
        .compose(
            found -> {
              List<DeviceToken> browsers =
                  active(found).stream().filter(d -> d.typeName().equals(WEBPUSH)).toList();
              return browsers.isEmpty()
                  ? Future.failedFuture(RefusedException.notFound("you have no subscription"))
                  : queue.toDevices(order, userId, browsers);
            });
  }

  private static List<DeviceToken> of(@Nullable String app, List<DeviceToken> found) {
    return app == null ? found : found.stream().filter(d -> d.app().equals(app)).toList();
  }

  private static List<DeviceToken> active(List<DeviceToken> found) {
    return found.stream().filter(DeviceToken::active).toList();
  }

  private static DeviceToken subscription(List<DeviceToken> found) {
    return found.stream()
        .filter(device -> device.typeName().equals(WEBPUSH))
        .findFirst()
        .orElseThrow(() -> RefusedException.notFound("no such subscription_id"));
  }

  /**
   * Queues it for all Web Push subscriptions and, if asked, all other devices.
   *
   * @param app the only one whose devices are meant; null for all
   */
  Future<JsonObject> broadcast(PushOrder order, boolean devicesToo, @Nullable String app) {
    return tokens
        .count()
        .compose(
            counts -> {
              long all =
                  counts.entrySet().stream()
                      .filter(entry -> devicesToo || entry.getKey().type().equals(WEBPUSH))
                      .filter(entry -> !entry.getKey().type().equals(VOIP))
                      .filter(entry -> app == null || entry.getKey().app().equals(app))
                      .mapToLong(entry -> entry.getValue())
                      .sum();
              return queue.toEveryone(order, devicesToo, app, all);
            });
  }
}
