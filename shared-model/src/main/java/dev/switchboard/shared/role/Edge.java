package dev.switchboard.shared.role;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;

/**
 * One HTTP server instance as a role sees it while it mounts its routes. Belongs to one event loop.
 *
 * @param router the routes of every role present; CORS has been dealt with before they are reached,
 *     no body handler has run
 * @param direct what goes past the router
 */
public record Edge(EdgeId id, Vertx vertx, Router router, DirectRoutes direct) {
  /** An edge that has only a router. */
  public Edge(EdgeId id, Vertx vertx, Router router) {
    this(id, vertx, router, new DirectRoutes());
  }
}
