package dev.switchboard.shared.role;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Paths of an edge whose requests go to their handler as they are, past the router: for protocols
 * that need the connection itself, and deal with CORS themselves. Belongs to the edge's loop.
 */
public final class DirectRoutes {
  private final List<Direct> routes = new ArrayList<>(2);

  private @Nullable Handler<HttpServerRequest> upgrades;

  private record Direct(String prefix, Handler<HttpServerRequest> handler) {}

  /** Hands every request whose path begins so to {@code handler}. */
  public void add(String prefix, Handler<HttpServerRequest> handler) {
    routes.add(new Direct(prefix, handler));
  }

  /** Hands every upgrade to a WebSocket that no prefix takes to {@code handler}. */
  public void addUpgrades(Handler<HttpServerRequest> handler) {
    upgrades = handler;
  }

  /** The handler of a request; null if it is the router's. */
  public @Nullable Handler<HttpServerRequest> find(HttpServerRequest request) {
    String path = request.path();
    if (path != null) {
      for (Direct route : routes) {
        if (path.startsWith(route.prefix())) {
          return route.handler();
        }
      }
    }
    boolean upgrade = "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
    return upgrade ? upgrades : null;
  }
}
