package dev.switchboard.push.webhooks;

import dev.switchboard.push.http.PushRefusals;
import dev.switchboard.shared.auth.Scope;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.http.HttpApi;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What operators do about events that were not delivered. One an edge, on its event loop. */
final class WebhookRoutes {
  private static final String DEAD_LETTERS = "/api/v1/webhooks/dead-letters";
  private static final String REPLAY = DEAD_LETTERS + "/replay";
  private static final int BODY_LIMIT = 1024 * 1024;
  private static final int MOST_SHOWN = 200;
  private static final int REPLAYED_AT_ONCE = 10_000;

  private final HttpApi http;
  private final WebhookDeadLetters deadLetters;

  WebhookRoutes(HttpAccess access, WebhookDeadLetters deadLetters) {
    this.http = new HttpApi(access, new PushRefusals());
    this.deadLetters = deadLetters;
  }

  void mount(Router router) {
    http.handleFailures(router, DEAD_LETTERS);
    http.readBodies(router, REPLAY, BODY_LIMIT);
    router.get(DEAD_LETTERS).handler(context -> serve(context, this::list));
    router.post(REPLAY).handler(context -> serve(context, this::replay));
  }

  private void serve(RoutingContext context, Function<RoutingContext, Future<JsonObject>> action) {
    http.actor(context, Scope.PUSH)
        .compose(actor -> action.apply(context))
        .onSuccess(answer -> Answers.json(context, 200, answer))
        .onFailure(failure -> http.refuse(context, failure));
  }

  private Future<JsonObject> list(RoutingContext context) {
    String after = context.queryParams().get("after");
    if (after != null && !WebhookDeadLetters.isId(after)) {
      throw new BadFieldException("after", "must be next of an earlier answer");
    }
    return deadLetters.list(after == null ? "" : after, limit(context.queryParams().get("limit")));
  }

  private static int limit(@Nullable String text) {
    if (text == null) {
      return MOST_SHOWN;
    }
    if (!text.matches("[1-9]\\d{0,5}")) {
      throw new BadFieldException("limit", "must be a whole number from 1 to " + MOST_SHOWN);
    }
    return Math.min(MOST_SHOWN, Integer.parseInt(text));
  }

  private Future<JsonObject> replay(RoutingContext context) {
    Object ids = HttpApi.bodyOrEmpty(context).getValue("ids");
    Future<Integer> replayed =
        switch (ids) {
          case null -> deadLetters.replayAll();
          case JsonArray list -> deadLetters.replay(texts(list));
          default -> throw new BadFieldException("ids", "must be a list of texts");
        };
    return replayed.map(count -> new JsonObject().put("replayed", count));
  }

  private static List<String> texts(JsonArray list) {
    if (list.size() > REPLAYED_AT_ONCE) {
      throw new BadFieldException("ids", "must be at most " + REPLAYED_AT_ONCE);
    }
    List<String> texts = new ArrayList<>(list.size());
    for (Object id : list) {
      if (!(id instanceof String text)) {
        throw new BadFieldException("ids", "must be a list of texts");
      }
      texts.add(text);
    }
    return texts;
  }
}
