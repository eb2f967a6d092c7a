package dev.switchboard.ice;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The list one asker gets.
 *
 * <p>Each server is an entry of its own and {@code urls} is a plain string: that is what every
 * WebRTC stack accepts, typed clients never meet two types in one field, and with one STUN and one
 * TURN server it is exactly {@code [{urls}, {urls, username, credential}]}.
 *
 * @param ttlSeconds how long the credentials live; there too when there are none, so that clients
 *     know when to ask again
 */
record IceOffer(List<IceServer> servers, long ttlSeconds) {
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
