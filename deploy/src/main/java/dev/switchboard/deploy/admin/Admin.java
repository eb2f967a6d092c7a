package dev.switchboard.deploy.admin;

import dev.switchboard.shared.role.Node;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import java.util.Map;
import java.util.function.Supplier;

/** The operator's page and what it asks for. */
public final class Admin {
  private final NodeReports reports;
  private final AdminRoutes routes;
  private final ApiForwarding forwarding;

  /**
   * Makes one that is not started.
   *
   * @param members the address of each member of the cluster by its name
   * @param edge where the edges of this process listen
   * @param tls whether they do so by TLS
   */
  public Admin(
      Node node,
      NodeReports reports,
      Supplier<Map<String, String>> members,
      Supplier<SocketAddress> edge,
      boolean tls) {
    this.reports = reports;
    this.routes = new AdminRoutes(node.access(), reports, members, node.clock());
    this.forwarding = new ApiForwarding(node.vertx(), reports, edge, tls);
  }

  /** Answers other nodes' pages from now on; completes when the addresses are registered. */
  public Future<Void> start() {
    return Future.join(reports.start(), forwarding.start()).mapEmpty();
  }

  /** Mounts the page and its own requests. */
  public void mount(Router router) {
    new AdminPage().mount(router);
    routes.mount(router);
  }

  /** Mounts them on a port of their own, where the rest of the API is not. */
  public void mountApart(Router router) {
    mount(router);
    forwarding.mount(router);
  }
}
