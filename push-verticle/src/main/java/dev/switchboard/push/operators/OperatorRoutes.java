package dev.switchboard.push.operators;

import dev.switchboard.push.http.AppFields;
import dev.switchboard.push.http.PushRefusals;
import dev.switchboard.push.queue.DeadLetters;
import dev.switchboard.push.queue.Notifications;
import dev.switchboard.push.queue.PushOrder;
import dev.switchboard.push.send.TopicMembers;
import dev.switchboard.push.tokens.DeviceLimits;
import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.auth.Scope;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.http.HttpApi;
import dev.switchboard.shared.http.RefusedException;
import dev.switchboard.shared.push.PushApps;
import dev.switchboard.shared.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What operators do: send, look how it went, topics, dead letters. And the two tests by which users
 * send to their own devices, or to their own browsers. One an edge, on its event loop.
 */
public final class OperatorRoutes {
  private static final String BASE = "/api/v1/push";
  private static final String SEND = BASE + "/send";
  private static final String BROADCAST = BASE + "/broadcast";
  private static final String NOTIFICATION = BASE + "/notifications/:id";
  private static final String DEAD_LETTERS = BASE + "/dead-letters";
  private static final String REPLAY = DEAD_LETTERS + "/replay";
  private static final String TOPIC_SUBSCRIBE = BASE + "/topics/:topic/subscribe";
  private static final String TOPIC_UNSUBSCRIBE = BASE + "/topics/:topic/unsubscribe";
  private static final String TEST = "/v1/push/test";
  private static final String BROWSER_TEST = BASE + "/test";
  private static final int BODY_LIMIT = 64 * 1024;
  private static final int TOKENS_LIMIT = 1024 * 1024;
  private static final int DEAD_LETTERS_SHOWN = 1_000;
  private static final int REPLAYED_AT_ONCE = 10_000;

  private final HttpApi http;
  private final Dispatch dispatch;
  private final Notifications notifications;
  private final DeadLetters deadLetters;
  private final Function<String, Optional<TopicMembers>> topics;
  private final PushApps apps;
  private final HttpApi.Limit tests;

  public OperatorRoutes(
      HttpAccess access,
      Dispatch dispatch,
      Notifications notifications,
      DeadLetters deadLetters,
      Function<String, Optional<TopicMembers>> topics,
      PushApps apps,
      DeviceLimits limits) {
    this.http = new HttpApi(access, new PushRefusals());
    this.dispatch = dispatch;
    this.notifications = notifications;
    this.deadLetters = deadLetters;
    this.topics = topics;
    this.apps = apps;
    this.tests = HttpApi.Limit.perMinute("push-test", limits.requestsPerMinute());
  }

  /** Mounts the routes. */
  public void mount(Router router) {
    for (String path : List.of(SEND, BROADCAST, NOTIFICATION, DEAD_LETTERS, TEST, BROWSER_TEST)) {
      http.readBodies(router, path, BODY_LIMIT);
    }
    for (String path : List.of(TOPIC_SUBSCRIBE, TOPIC_UNSUBSCRIBE, REPLAY)) {
      http.readBodies(router, path, TOKENS_LIMIT);
    }
    router.post(SEND).handler(context -> operator(context, 202, this::send));
    router.post(BROADCAST).handler(context -> operator(context, 202, this::broadcast));
    router.get(NOTIFICATION).handler(context -> operator(context, 200, this::notification));
    router.get(DEAD_LETTERS).handler(context -> operator(context, 200, this::listDead));
    router.post(REPLAY).handler(context -> operator(context, 200, this::replay));
    router
        .post(TOPIC_SUBSCRIBE)
        .handler(context -> operator(context, 200, asked -> members(asked, true)));
    router
        .post(TOPIC_UNSUBSCRIBE)
        .handler(context -> operator(context, 200, asked -> members(asked, false)));
    router
        .post(TEST)
        .handler(context -> serve(context, 202, http.caller(context), this::testDevices));
    router
        .post(BROWSER_TEST)
        .handler(context -> serve(context, 202, http.caller(context), this::testBrowsers));
  }

  private void operator(
      RoutingContext context, int status, Function<RoutingContext, Future<JsonObject>> action) {
    serve(context, status, http.actor(context, Scope.PUSH), (actor, asked) -> action.apply(asked));
  }

  private <T> void serve(
      RoutingContext context,
      int status,
      Future<T> caller,
      BiFunction<T, RoutingContext, Future<JsonObject>> action) {
    caller
        .compose(known -> action.apply(known, context))
        .onSuccess(answer -> Answers.json(context, status, answer))
        .onFailure(failure -> http.refuse(context, failure));
  }

  private Future<JsonObject> send(RoutingContext context) {
    JsonObject body = HttpApi.body(context);
    MessageRequest.Recipient recipient = MessageRequest.recipient(body, apps);
    PushOrder order = MessageRequest.order(body, "send");
    return dispatch.send(order, recipient);
  }

  private Future<JsonObject> broadcast(RoutingContext context) {
    JsonObject body = HttpApi.body(context);
    boolean devicesToo = MessageRequest.flag(body, "include_devices");
    PushOrder order = MessageRequest.order(body, "broadcast");
    return dispatch.broadcast(order, devicesToo, AppFields.app(body::getValue, apps));
  }

  private Future<JsonObject> testDevices(Caller caller, RoutingContext context) {
    PushOrder order = MessageRequest.order(HttpApi.body(context), scope("test", caller));
    return http.use(tests, caller.userId())
        .compose(
            within ->
                dispatch.send(order, new MessageRequest.Recipient.User(caller.userId(), null)));
  }

  /** Title and body may be absent: a page only checks that something arrives. */
  private Future<JsonObject> testBrowsers(Caller caller, RoutingContext context) {
    JsonObject body = HttpApi.bodyOrEmpty(context);
    JsonObject words =
        new JsonObject().put("title", "Test").put("body", "Notifications work.").mergeIn(body);
    PushOrder order = MessageRequest.order(words, scope("browser-test", caller));
    return http.use(tests, caller.userId())
        .compose(within -> dispatch.sendToBrowsers(order, caller.userId()));
  }

  /** One user's keys are not another's; the length keeps their names apart. */
  private static String scope(String route, Caller caller) {
    return route + ":" + caller.userId().length() + ":" + caller.userId();
  }

  private Future<JsonObject> notification(RoutingContext context) {
    return notifications
        .find(context.pathParam("id"))
        .map(found -> found.orElseThrow(() -> RefusedException.notFound("no such notification")));
  }

  private Future<JsonObject> listDead(RoutingContext context) {
    return deadLetters
        .list(DEAD_LETTERS_SHOWN)
        .compose(
            letters ->
                deadLetters
                    .count()
                    .map(
                        total ->
                            new JsonObject().put("dead_letters", letters).put("total", total)));
  }

  private Future<JsonObject> replay(RoutingContext context) {
    JsonObject body = HttpApi.bodyOrEmpty(context);
    List<String> ids = MessageRequest.texts(body, "ids", REPLAYED_AT_ONCE);
    return (ids == null ? deadLetters.replayAll() : deadLetters.replay(ids))
        .map(replayed -> new JsonObject().put("replayed", replayed));
  }

  private Future<JsonObject> members(RoutingContext context, boolean add) {
    String topic = MessageRequest.topic(context.pathParam("topic"));
    JsonObject body = HttpApi.body(context);
    List<String> tokens = MessageRequest.tokens(body);
    String app = AppFields.app(body::getValue, apps);
    TopicMembers members =
        topics
            .apply(app == null ? PushApps.DEFAULT : app)
            .orElseThrow(
                () -> RefusedException.unavailable("the provider fcm is not running here"));
    return (add ? members.subscribe(topic, tokens) : members.unsubscribe(topic, tokens))
        .recover(
            failure ->
                failure instanceof BadFieldException || failure instanceof StoreUnavailableException
                    ? Future.failedFuture(failure)
                    : Future.failedFuture(
                        RefusedException.unavailable(String.valueOf(failure.getMessage()))))
        .map(OperatorRoutes::show);
  }

  private static JsonObject show(TopicMembers.Changed changed) {
    JsonArray errors = new JsonArray();
    changed
        .errors()
        .forEach(
            each ->
                errors.add(
                    new JsonObject().put("index", each.index()).put("reason", each.reason())));
    return new JsonObject()
        .put("success_count", changed.succeeded())
        .put("failure_count", changed.errors().size())
        .put("errors", errors);
  }
}
