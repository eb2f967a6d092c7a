package dev.switchboard.signaling.control;

import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.auth.Scope;
import dev.switchboard.shared.http.Actor;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.http.BodyFields;
import dev.switchboard.shared.http.DetailRefusals;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.http.HttpApi;
import dev.switchboard.shared.http.RefusedException;
import dev.switchboard.signaling.calls.Call;
import dev.switchboard.signaling.calls.CallCommand;
import dev.switchboard.signaling.calls.CallMachine;
import dev.switchboard.signaling.calls.EdgeCalls;
import dev.switchboard.signaling.calls.Outcome;
import dev.switchboard.signaling.history.PastCalls;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Calls over REST: which are live, what became of one, ringing on behalf, ending. Users see and end
 * their own. One an edge, on its event loop.
 */
final class CallControlRoutes {
  private static final String LIVE = "/api/v1/live/calls";
  private static final String CALLS = "/api/v1/calls";
  private static final String CALL = CALLS + "/:callId";
  private static final int BODY_LIMIT = 16 * 1024;
  private static final int MAX_REASON = 256;
  private static final String TERMINATED = "terminated";

  private final HttpApi http;
  private final LiveCalls live;
  private final PastCalls past;
  private final EdgeCalls calls;
  private final RingsOnBehalf rings;

  CallControlRoutes(
      HttpAccess access, LiveCalls live, PastCalls past, EdgeCalls calls, RingsOnBehalf rings) {
    this.http = new HttpApi(access, new DetailRefusals());
    this.live = live;
    this.past = past;
    this.calls = calls;
    this.rings = rings;
  }

  /** Mounts them. */
  void mount(Router router) {
    for (String path : List.of(LIVE, CALLS, CALL)) {
      http.readBodies(router, path, BODY_LIMIT);
    }
    router
        .get(LIVE)
        .handler(
            context -> serve(context, http.anyActor(context, Scope.READ, Scope.CALLS), this::list));
    router
        .get(CALL)
        .handler(
            context -> serve(context, http.anyActor(context, Scope.READ, Scope.CALLS), this::show));
    router
        .delete(CALL)
        .handler(context -> serve(context, http.anyActor(context, Scope.CALLS), this::end));
    router
        .post(CALLS)
        .handler(context -> serve(context, http.anyActor(context, Scope.CALLS), this::ring));
  }

  /** What is answered, and with which status. */
  private record Answer(int status, JsonObject body) {
    static Answer ok(JsonObject body) {
      return new Answer(200, body);
    }
  }

  private void serve(
      RoutingContext context,
      Future<Actor> asking,
      BiFunction<Actor, RoutingContext, Future<Answer>> action) {
    asking
        .compose(actor -> action.apply(actor, context))
        .onSuccess(answer -> Answers.json(context, answer.status(), answer.body()))
        .onFailure(failure -> http.refuse(context, failure));
  }

  private Future<Answer> list(Actor actor, RoutingContext context) {
    String named = Queries.text(context, "userId");
    String user = named == null && !actor.everybody() ? actor.name() : named;
    if (user == null) {
      int limit = Queries.limit(context);
      String after = Queries.text(context, "after");
      LiveCalls.Cursor cursor =
          after == null
              ? LiveCalls.Cursor.FIRST
              : LiveCalls.Cursor.parse(after)
                  .orElseThrow(
                      () -> new BadFieldException("after", "must be next of an earlier answer"));
      return live.page(cursor, limit)
          .map(
              page -> {
                LiveCalls.Cursor next = page.next();
                return Answer.ok(listed(page.calls(), next == null ? null : next.text()));
              });
    }
    if (!actor.mayActFor(user)) {
      throw RefusedException.forbidden("these are another user's calls");
    }
    return live.ofUser(user).map(found -> Answer.ok(listed(found, null)));
  }

  private static JsonObject listed(List<Call> calls, @Nullable String next) {
    return new JsonObject()
        .put("calls", new JsonArray(calls.stream().map(CallView::of).toList()))
        .put("next", next);
  }

  private Future<Answer> show(Actor actor, RoutingContext context) {
    return find(actor, context.pathParam("callId")).map(Answer::ok);
  }

  /** A call that this actor may know of, live or over; fails with 404 or 403. */
  private Future<JsonObject> find(Actor actor, String callId) {
    return live.find(callId)
        .compose(
            found ->
                found.isPresent()
                    ? Future.succeededFuture(
                        Optional.of(
                            new PastCalls.Found(
                                CallView.of(found.get().call()), found.get().hidden())))
                    : past(callId))
        .map(found -> allowed(actor, found));
  }

  private Future<Optional<PastCalls.Found>> past(String callId) {
    return callId.length() > BodyFields.MAX_ID || callId.indexOf('\0') >= 0
        ? Future.succeededFuture(Optional.empty())
        : past.find(callId)
            .map(
                found ->
                    found.map(
                        one -> new PastCalls.Found(one.call().put("live", false), one.hidden())));
  }

  private static JsonObject allowed(Actor actor, Optional<PastCalls.Found> found) {
    JsonObject call = found.map(PastCalls.Found::call).orElseThrow(CallControlRoutes::unknown);
    if (actor.everybody() || actor.name().equals(call.getString("callerId"))) {
      return call;
    }
    if (!actor.name().equals(call.getString("calleeId"))) {
      throw RefusedException.forbidden("this is a call of others");
    }
    if (found.get().hidden()) {
      throw unknown();
    }
    return call;
  }

  private static RefusedException unknown() {
    return RefusedException.notFound("no such call");
  }

  private Future<Answer> end(Actor actor, RoutingContext context) {
    String given = new BodyFields(HttpApi.bodyOrEmpty(context)).optionalText("reason", MAX_REASON);
    String reason = given == null ? TERMINATED : given;
    String callId = context.pathParam("callId");
    String by = actor.everybody() ? CallMachine.SYSTEM : actor.name();
    return find(actor, callId)
        .compose(
            call ->
                call.getBoolean("live")
                    ? calls
                        .end(callId, new CallCommand.Terminate(by, reason))
                        .compose(outcome -> ended(actor, callId, outcome))
                    : Future.succeededFuture(call))
        .map(Answer::ok);
  }

  private Future<JsonObject> ended(Actor actor, String callId, Outcome outcome) {
    return outcome instanceof Outcome.Done(Call over, var peers)
        ? Future.succeededFuture(CallView.of(over))
        : find(actor, callId); // it was over, and was let go of, in this very moment
  }

  private Future<Answer> ring(Actor actor, RoutingContext context) {
    RingRequest request = RingRequest.of(HttpApi.body(context));
    if (!actor.mayActFor(request.callerId())) {
      throw RefusedException.forbidden("callerId is another user");
    }
    Future<RingRequest> presented =
        actor.everybody()
            ? Future.succeededFuture(request)
            : http.caller(context).map(caller -> presented(request, caller));
    return presented
        .compose(checked -> rings.ring(actor, checked))
        .map(rung -> new Answer(rung.isNew() ? 201 : 200, rung.call()));
  }

  /** Users are called what their token says, where that is wanted. */
  private static RingRequest presented(RingRequest request, Caller caller) {
    Caller.Profile verified = caller.profile();
    return verified == null ? request : request.presenting(verified.name(), verified.picture());
  }
}
