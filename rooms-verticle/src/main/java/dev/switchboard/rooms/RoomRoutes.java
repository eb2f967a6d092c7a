package dev.switchboard.rooms;

import dev.switchboard.shared.auth.Scope;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.http.HttpApi;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** The REST part of rooms: who is let in, and how it is answered. One an edge, on its loop. */
final class RoomRoutes {
  private static final String ROOMS = "/api/rooms";
  private static final String PURGE = "/api/user/purge";
  private static final String LIST = "/rooms";

  private static final long CLIENTS_BEHIND_ADDRESS = 10;

  private final HttpApi http;
  private final RoomService service;
  private final int maxBodyBytes;
  private final HttpApi.Limit creations;
  private final HttpApi.Limit creationsOfAddress;
  private final HttpApi.Limit accepts;

  RoomRoutes(HttpAccess access, RoomSettings settings, RoomService service) {
    this.http = new HttpApi(access, new RoomRefusals());
    this.service = service;
    this.maxBodyBytes = settings.maxBodyBytes();
    this.creations =
        new HttpApi.Limit(
            "rooms",
            settings.roomsPerHour(),
            Duration.ofHours(1),
            "Too many room creation requests. Try again later.");
    this.creationsOfAddress =
        new HttpApi.Limit(
            "rooms-address",
            settings.roomsPerHour() * CLIENTS_BEHIND_ADDRESS,
            creations.window(),
            creations.error());
    this.accepts =
        new HttpApi.Limit(
            "accept",
            settings.acceptsPerMinute(),
            Duration.ofMinutes(1),
            "Too many room accept requests. Try again later.");
  }

  void mount(Router router) {
    for (String path : List.of(ROOMS, ROOMS + "/accept", ROOMS + "/check", PURGE)) {
      http.readBodies(router, path, maxBodyBytes);
    }
    for (String path : List.of(ROOMS + "/*", LIST)) {
      http.handleFailures(router, path);
    }
    router.post(ROOMS).handler(this::create);
    router.post(ROOMS + "/accept").handler(this::accept);
    router.post(ROOMS + "/check").handler(context -> serve(context, service::check));
    router.delete(ROOMS).handler(context -> serve(context, service::delete));
    router.post(PURGE).handler(context -> serve(context, service::purge));
    router.get(ROOMS).handler(context -> answer(context, service.find(query(context)).run()));
    router.get(LIST).handler(this::list);
    router.post(ROOMS + "/:roomid/accept").handler(RoomRoutes::gone);
    router.get(ROOMS + "/:roomid").handler(RoomRoutes::gone);
  }

  private static void gone(RoutingContext context) {
    send(context, RoomAnswer.refusal(410, "use_new_endpoints"));
  }

  private void serve(RoutingContext context, Function<JsonObject, RoomService.Work> action) {
    answer(context, action.apply(body(context)).run());
  }

  /** Many may be behind one address: each client is counted by itself, and all together. */
  private void create(RoutingContext context) {
    JsonObject body = body(context);
    RoomService.Work work = service.create(body); // a request that is not in order does not count
    String address = http.clientAddress(context);
    String client = address + " " + body.getValue("client1");
    answer(
        context,
        http.use(creations, client)
            .compose(within -> http.use(creationsOfAddress, address))
            .compose(within -> work.run()));
  }

  private void accept(RoutingContext context) {
    RoomService.Work work = service.accept(body(context));
    answer(context, http.use(accepts, http.clientAddress(context)).compose(within -> work.run()));
  }

  private void list(RoutingContext context) {
    answer(context, http.actor(context, Scope.READ).compose(operator -> service.list()));
  }

  private static JsonObject query(RoutingContext context) {
    List<String> values;
    try {
      values = context.queryParam("roomid");
    } catch (HttpException | IllegalArgumentException e) {
      throw new BadFieldException("roomid", "is not percent-encoded UTF-8");
    }
    return new JsonObject().put("roomid", values.isEmpty() ? null : values.getFirst());
  }

  /** An empty body is an object without fields, so that the refusal names the first it lacks. */
  private static JsonObject body(RoutingContext context) {
    return HttpApi.bodyOrEmpty(context);
  }

  private void answer(RoutingContext context, Future<RoomAnswer> answer) {
    answer
        .onSuccess(ready -> send(context, ready))
        .onFailure(failure -> http.refuse(context, failure));
  }

  private static void send(RoutingContext context, RoomAnswer answer) {
    if (answer.status() == 204) {
      context.response().setStatusCode(204).end();
    } else {
      Answers.json(context, answer.status(), answer.body());
    }
  }
}
