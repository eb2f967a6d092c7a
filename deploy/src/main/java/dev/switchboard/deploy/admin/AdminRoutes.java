package dev.switchboard.deploy.admin;

import dev.switchboard.shared.auth.Scope;
import dev.switchboard.shared.http.Actor;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.http.HttpApi;
import dev.switchboard.shared.http.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** The requests that only the operator's page needs: how the cluster is, and the order to drain. */
final class AdminRoutes {
  private static final String BASE = "/api/v1/admin";
  private static final String OVERVIEW = BASE + "/overview";
  private static final String DRAIN = BASE + "/nodes/:id/drain";
  private static final int BODY_LIMIT = 1_024;

  private final HttpApi http;
  private final NodeReports reports;
  private final Supplier<Map<String, String>> members;
  private final InstantSource clock;

  /**
   * @param members the address of each member of the cluster by its name
   */
  AdminRoutes(
      HttpAccess access,
      NodeReports reports,
      Supplier<Map<String, String>> members,
      InstantSource clock) {
    this.http =
        new HttpApi(
            access,
            refusal ->
                new JsonObject()
                    .put("error", refusal.error())
                    .put("detail", refusal.detail())
                    .mergeIn(refusal.more()));
    this.reports = reports;
    this.members = members;
    this.clock = clock;
  }

  /** Mounts the routes. */
  void mount(Router router) {
    http.handleFailures(router, OVERVIEW);
    http.readBodies(router, DRAIN, BODY_LIMIT);
    router.get(OVERVIEW).handler(context -> serve(context, 200, Scope.READ, actor -> overview()));
    router
        .post(DRAIN)
        .handler(
            context ->
                serve(context, 202, Scope.CALLS, actor -> drain(context.pathParam("id"), actor)));
  }

  private void serve(
      RoutingContext context, int status, Scope scope, Function<Actor, Future<JsonObject>> action) {
    context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    http.actor(context, scope)
        .compose(action)
        .onSuccess(answer -> Answers.json(context, status, answer))
        .onFailure(failure -> http.refuse(context, failure));
  }

  private Future<JsonObject> overview() {
    return reports.ask().map(said -> Overview.of(said, members.get(), clock.millis()));
  }

  private Future<JsonObject> drain(String id, Actor actor) {
    return reports
        .ask()
        .compose(
            said ->
                said.stream().anyMatch(report -> id.equals(report.getString("node")))
                    ? reports.drain(id, actor.name())
                    : Future.failedFuture(RefusedException.notFound("no such node")))
        .map(begun -> new JsonObject().put("id", id).put("state", "draining"))
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof RefusedException
                        ? failure
                        : RefusedException.unavailable("the node does not answer")));
  }
}
