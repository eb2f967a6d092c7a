package dev.switchboard.ice;

import dev.switchboard.ice.server.IceServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * The list one asker gets.
 *
 * <p>Each server is an entry of its own and {@code urls} is a plain string: that is what every
 * WebRTC stack accepts, typed clients never meet two types in one field, and with one STUN and one
 * TURN server it is exactly {@code [{urls}, {urls, username, credential}]}.
 *
 * @param ttlSeconds how long the credentials live; there too when there are none, so that clients
 *     know when to ask again
 * @param sharedUntilMillis when credentials end that all share, in milliseconds since the epoch;
 *     empty if there are none that end
 * @param complete false while a provider's relays are missing
 */
record IceOffer(
    List<IceServer> servers, long ttlSeconds, Optional<Long> sharedUntilMillis, boolean complete) {
  IceOffer {
    servers = List.copyOf(servers);
  }

  JsonArray serversJson() {
    JsonArray json = new JsonArray();
    for (IceServer server : servers) {
      JsonObject entry = new JsonObject().put("urls", server.url());
      server
          .credential()
          .ifPresent(c -> entry.put("username", c.username()).put("credential", c.password()));
      json.add(entry);
    }
    return json;
  }
}
