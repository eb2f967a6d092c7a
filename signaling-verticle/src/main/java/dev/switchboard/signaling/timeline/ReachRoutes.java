package dev.switchboard.signaling.timeline;

import dev.switchboard.shared.auth.Scope;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.http.DetailRefusals;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.http.HttpApi;
import dev.switchboard.shared.ids.IdText;
import dev.switchboard.shared.timeline.TimelineStamp;
import dev.switchboard.signaling.edge.EdgeContext;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Whether a user's devices would ring: {@code GET /api/v1/users/{id}/reachability}, and {@code POST
 * /api/v1/users/{id}/test-ring}, which tries. One an edge, on its event loop.
 */
public final class ReachRoutes {
  private static final String REACHABILITY = "/api/v1/users/:id/reachability";
  private static final String TEST_RING = "/api/v1/users/:id/test-ring";
  private static final int BODY_LIMIT = 4 * 1024;
  private static final int DEVICE_ID_MAX = 256;

  /** Of each user. */
  private static final HttpApi.Limit LIMIT = HttpApi.Limit.perMinute("test-ring", 6);

  private final HttpApi http;
  private final ReachStore reach;
  private final TestRings tests;

  public ReachRoutes(
      HttpAccess access, EdgeContext context, TimelineStamp stamp, TimelineStore timelines) {
    this.http = new HttpApi(access, new DetailRefusals());
    this.reach = new ReachStore(context);
    this.tests = new TestRings(context, stamp, timelines);
  }

  /** Mounts them. */
  public void mount(Router router) {
    http.handleFailures(router, REACHABILITY);
    http.readBodies(router, TEST_RING, BODY_LIMIT);
    router.get(REACHABILITY).handler(this::show);
    router.post(TEST_RING).handler(this::test);
  }

  private void show(RoutingContext context) {
    String userId = context.pathParam("id");
    answer(context, http.selfOr(context, userId, Scope.READ).compose(actor -> reach.of(userId)));
  }

  private void test(RoutingContext context) {
    String userId = context.pathParam("id");
    answer(
        context,
        http.selfOr(context, userId, Scope.PUSH)
            .compose(
                actor -> {
                  String device = device(HttpApi.bodyOrEmpty(context));
                  return http.use(LIMIT, userId)
                      .compose(within -> tests.ring(userId, device))
                      .map(timeline -> TimelineView.of(timeline, null));
                }));
  }

  private static @Nullable String device(JsonObject body) {
    Object value = body.getValue("deviceId");
    String device = IdText.of(value);
    if (value != null && (device == null || device.length() > DEVICE_ID_MAX)) {
      throw new BadFieldException(
          "deviceId", "must be a string of at most " + DEVICE_ID_MAX + " characters");
    }
    return device == null || device.isEmpty() ? null : device;
  }

  private void answer(RoutingContext context, Future<JsonObject> answer) {
    answer
        .onSuccess(body -> Answers.json(context, 200, body))
        .onFailure(failure -> http.refuse(context, failure));
  }
}
