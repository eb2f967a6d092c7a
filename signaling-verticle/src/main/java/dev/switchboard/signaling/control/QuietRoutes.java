package dev.switchboard.signaling.control;

import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.http.BodyFields;
import dev.switchboard.shared.http.DetailRefusals;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.http.HttpApi;
import dev.switchboard.shared.http.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * {@code /v1/blocks} and {@code /v1/dnd}: users decide who disturbs them, and when. One an edge, on
 * its event loop.
 */
final class QuietRoutes {
  private static final String BLOCKS = "/v1/blocks";
  private static final String BLOCK = BLOCKS + "/:userId";
  private static final String DND = "/v1/dnd";
  private static final int BODY_LIMIT = 4 * 1024;
  private static final long CHANGES_PER_MINUTE = 120;
  private static final Duration LONGEST = Duration.ofDays(366);
  private static final String UNTIL = "until";

  private final HttpApi http;
  private final HttpApi.Limit changes = HttpApi.Limit.perMinute("quiet", CHANGES_PER_MINUTE);
  private final Blocks blocks;
  private final DoNotDisturb dnd;
  private final InstantSource clock;

  QuietRoutes(HttpAccess access, Blocks blocks, DoNotDisturb dnd, InstantSource clock) {
    this.http = new HttpApi(access, new DetailRefusals());
    this.blocks = blocks;
    this.dnd = dnd;
    this.clock = clock;
  }

  void mount(Router router) {
    for (String path : List.of(BLOCKS, BLOCK, DND)) {
      http.readBodies(router, path, BODY_LIMIT);
    }
    router.get(BLOCKS).handler(context -> serve(context, this::list));
    router.get(BLOCK).handler(context -> serve(context, this::find));
    router.put(BLOCK).handler(context -> change(context, this::block));
    router.delete(BLOCK).handler(context -> change(context, this::unblock));
    router.get(DND).handler(context -> serve(context, this::quietUntil));
    router.put(DND).handler(context -> change(context, this::quieten));
    router.delete(DND).handler(context -> change(context, this::disturb));
  }

  private void serve(
      RoutingContext context,
      BiFunction<Caller, RoutingContext, Future<Optional<JsonObject>>> action) {
    answer(context, http.caller(context).compose(caller -> action.apply(caller, context)));
  }

  private void change(
      RoutingContext context,
      BiFunction<Caller, RoutingContext, Future<Optional<JsonObject>>> action) {
    answer(
        context,
        http.caller(context)
            .compose(
                caller ->
                    http.use(changes, caller.userId())
                        .compose(within -> action.apply(caller, context))));
  }

  /** An answer without a body says that something is no longer there. */
  private void answer(RoutingContext context, Future<Optional<JsonObject>> answered) {
    answered
        .onSuccess(
            body -> {
              if (body.isPresent()) {
                Answers.json(context, 200, body.get());
              } else {
                context.response().setStatusCode(204).end();
              }
            })
        .onFailure(failure -> http.refuse(context, failure));
  }

  private Future<Optional<JsonObject>> list(Caller caller, RoutingContext context) {
    int limit = Queries.limit(context);
    String after = Queries.text(context, "after");
    return blocks
        .list(caller.userId(), after == null ? "" : after, limit)
        .map(
            page -> {
              JsonArray listed = new JsonArray(page.stream().map(Blocks.Block::json).toList());
              String next = page.size() < limit ? null : page.getLast().userId();
              return Optional.of(new JsonObject().put("blocks", listed).put("next", next));
            });
  }

  private Future<Optional<JsonObject>> find(Caller caller, RoutingContext context) {
    return blocks
        .find(caller.userId(), Queries.user(context))
        .map(
            found ->
                Optional.of(
                    found
                        .map(Blocks.Block::json)
                        .orElseThrow(() -> RefusedException.notFound("not blocked"))));
  }

  private Future<Optional<JsonObject>> block(Caller caller, RoutingContext context) {
    String blocked = Queries.user(context);
    if (blocked.equals(caller.userId())) {
      throw new BadFieldException("userId", "must not be yourself");
    }
    return blocks
        .add(caller.userId(), blocked, clock.instant())
        .map(
            added ->
                Optional.of(
                    added
                        .map(Blocks.Block::json)
                        .orElseThrow(
                            () ->
                                RefusedException.conflict(
                                    "nobody may block more than " + Blocks.MOST))));
  }

  private Future<Optional<JsonObject>> unblock(Caller caller, RoutingContext context) {
    return blocks.remove(caller.userId(), Queries.user(context)).map(Optional.empty());
  }

  private Future<Optional<JsonObject>> quietUntil(Caller caller, RoutingContext context) {
    return dnd.until(caller.userId())
        .map(until -> Optional.of(new JsonObject().put(UNTIL, until.orElse(null))));
  }

  private Future<Optional<JsonObject>> quieten(Caller caller, RoutingContext context) {
    Long until = new BodyFields(HttpApi.body(context)).optionalTime(UNTIL);
    if (until == null) {
      throw BadFieldException.missing(UNTIL);
    }
    long now = clock.millis();
    if (until <= now || until > now + LONGEST.toMillis()) {
      throw new BadFieldException(UNTIL, "must be in the future, a year ahead at most");
    }
    return dnd.begin(caller.userId(), until)
        .map(begun -> Optional.of(new JsonObject().put(UNTIL, until)));
  }

  private Future<Optional<JsonObject>> disturb(Caller caller, RoutingContext context) {
    return dnd.end(caller.userId()).map(Optional.empty());
  }
}
