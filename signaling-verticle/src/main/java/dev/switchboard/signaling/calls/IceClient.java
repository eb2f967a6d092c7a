package dev.switchboard.signaling.calls;

import dev.switchboard.shared.bus.BusAddresses;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Asks the ICE role for servers. Never fails and never takes long: where no answer comes in time
 * the last known STUN servers are used, without anybody's credentials.
 */
final class IceClient {
  /** How long a call may wait for the list, in milliseconds. */
  static final long ANSWER_MILLIS = 100;

  private static final JsonArray PUBLIC_STUN =
      new JsonArray().add(new JsonObject().put("urls", "stun:stun.l.google.com:19302"));
  private static final long DEFAULT_TTL_SECONDS = 600;

  private final EventBus bus;
  private final DeliveryOptions options = new DeliveryOptions().setSendTimeout(ANSWER_MILLIS);
  private Servers lastKnown = new Servers(PUBLIC_STUN, DEFAULT_TTL_SECONDS);

  IceClient(EventBus bus) {
    this.bus = bus;
  }

  /** A list as clients take it, and for how many seconds its credentials are good. */
  record Servers(JsonArray list, long ttlSeconds) {}

  /** Servers for a user, bound to a call if there is one. */
  Future<Servers> servers(String userId, @Nullable String callId) {
    JsonObject request = new JsonObject().put("userId", userId);
    if (callId != null) {
      request.put("callId", callId);
    }
    return bus.<JsonObject>request(BusAddresses.ICE_SERVERS, request, options)
        .map(
            reply -> {
              JsonObject body = reply.body();
              Servers servers =
                  new Servers(
                      body.getJsonArray("iceServers"), body.getLong("ttl", DEFAULT_TTL_SECONDS));
              lastKnown = new Servers(withoutCredentials(servers.list()), servers.ttlSeconds());
              return servers;
            })
        .otherwise(failure -> lastKnown);
  }

  private static JsonArray withoutCredentials(JsonArray servers) {
    JsonArray plain = new JsonArray();
    for (int i = 0; i < servers.size(); i++) {
      JsonObject server = servers.getJsonObject(i);
      if (!server.containsKey("credential")) {
        plain.add(server);
      }
    }
    return plain.isEmpty() ? PUBLIC_STUN : plain;
  }
}
