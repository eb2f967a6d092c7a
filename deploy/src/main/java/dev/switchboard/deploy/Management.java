package dev.switchboard.deploy;

import dev.switchboard.deploy.admin.Admin;
import dev.switchboard.shared.auth.JwtSettings;
import dev.switchboard.shared.auth.TokenIssuer;
import dev.switchboard.shared.http.RequestIds;
import dev.switchboard.shared.role.Node;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;

/** What is for operators and orchestrators: on a port of its own, or on the public one. */
final class Management {
  private final Node node;
  private final ProcessSettings process;
  private final Health health;
  private final PrometheusMeterRegistry meters;
  private final Admin admin;

  Management(
      Node node,
      ProcessSettings process,
      Health health,
      PrometheusMeterRegistry meters,
      Admin admin) {
    this.node = node;
    this.process = process;
    this.health = health;
    this.meters = meters;
    this.admin = admin;
  }

  private boolean hasOwnPort() {
    return process.metricsPort() != 0;
  }

  /** Mounts on an edge what belongs there. */
  void mount(Router router) {
    routes().mount(router, !hasOwnPort());
    if (process.admin() && !hasOwnPort()) {
      admin.mount(router);
    }
  }

  private ManagementRoutes routes() {
    JwtSettings jwt = JwtSettings.from(node.settings());
    boolean issues = !node.settings().environment().isProduction() && !jwt.secrets().isEmpty();
    DevTokens tokens =
        issues
            ? new DevTokens(new TokenIssuer(node.vertx(), jwt, node.clock()), node.clock())
            : null;
    return new ManagementRoutes(health, meters, node.settings().environment(), tokens);
  }

  /** Opens the port, if there is one. */
  Future<Void> open() {
    if (!hasOwnPort()) {
      return Future.succeededFuture();
    }
    Router router = Router.router(node.vertx());
    router.route().handler(new AnswerHeaders());
    router.route().handler(new RequestIds());
    routes().mountHealth(router);
    routes().mountMetrics(router);
    if (process.admin()) {
      admin.mountApart(router);
    }
    EdgeVerticle.refuseTheRest(router);
    return node.vertx()
        // As of the edges: a connection that may still become HTTP/2 is watched by nobody.
        .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
        .connectionHandler(new SlowClients(node.vertx(), process.slowClients()))
        .requestHandler(router)
        .listen(process.metricsPort(), process.host())
        .<Void>mapEmpty()
        .recover(failure -> Server.inUse("METRICS_PORT", process.metricsPort(), failure));
  }
}
