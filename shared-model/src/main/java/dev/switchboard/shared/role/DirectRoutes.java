package dev.switchboard.shared.role;

import io.vertx.core.Handler;
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

  private record Direct(String prefix, Handler<HttpServerRequest> handler) {}

  /** Hands every request whose path begins so to {@code handler}. */
  public void add(String prefix, Handler<HttpServerRequest> handler) {
    routes.add(new Direct(prefix, handler));
  }

  /** The handler of a path; null if it is the router's. */
  public @Nullable Handler<HttpServerRequest> find(@Nullable String path) {
    if (path != null) {
      for (Direct route : routes) {
        if (path.startsWith(route.prefix())) {
          return route.handler();
        }
      }
    }
    return null;
  }
}
