package dev.switchboard.signaling.timeline;

import dev.switchboard.shared.auth.Scope;
import dev.switchboard.shared.http.Actor;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.DetailRefusals;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.http.HttpApi;
import dev.switchboard.shared.http.RefusedException;
import dev.switchboard.shared.timeline.Timeline;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code GET /api/v1/calls/{callId}/timeline}: for the parties of a call, operators, and keys that
 * may read. One an edge, on its event loop.
 */
public final class TimelineRoutes {
  private static final String TIMELINE = "/api/v1/calls/:callId/timeline";

  private final HttpApi http;
  private final TimelineStore timelines;

  public TimelineRoutes(HttpAccess access, TimelineStore timelines) {
    this.http = new HttpApi(access, new DetailRefusals());
    this.timelines = timelines;
  }

  /** Mounts it. */
  public void mount(Router router) {
    http.handleFailures(router, TIMELINE);
    router.get(TIMELINE).handler(this::show);
  }

  private void show(RoutingContext context) {
    http.anyActor(context, Scope.READ)
        .compose(
            actor ->
                timelines.read(context.pathParam("callId")).map(found -> visible(found, actor)))
        .onSuccess(answer -> Answers.json(context, 200, answer))
        .onFailure(failure -> http.refuse(context, failure));
  }

  private static JsonObject visible(Timeline timeline, Actor actor) {
    if (timeline.steps().isEmpty()) {
      throw RefusedException.notFound("no such call");
    }
    if (actor.everybody()) {
      return TimelineView.of(timeline, null);
    }
    if (!timeline.isParty(actor.name())) {
      throw RefusedException.forbidden("this is a call of others");
    }
    return TimelineView.of(timeline, actor.name());
  }
}
