package dev.switchboard.rooms;

import dev.switchboard.shared.auth.TokenRejectedException;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.http.JsonBodies;
import dev.switchboard.shared.http.RequestIds;
import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.shared.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The REST part of rooms: who is let in, and how it is answered. One an edge, on its loop. */
final class RoomRoutes {
  private static final String ROOMS = "/api/rooms";
  private static final String PURGE = "/api/user/purge";
  private static final String LIST = "/rooms";
  private static final Logger log = LoggerFactory.getLogger(RoomRoutes.class);

  private static final long CLIENTS_BEHIND_ADDRESS = 10;

  /** How often something may be done. */
  private record Limit(String name, long max, Duration window, String refusal) {}

  private final HttpAccess access;
  private final RoomService service;
  private final int maxBodyBytes;
  private final Limit creations;
  private final Limit creationsOfAddress;
  private final Limit accepts;

  RoomRoutes(HttpAccess access, RoomSettings settings, RoomService service) {
    this.access = access;
    this.service = service;
    this.maxBodyBytes = settings.maxBodyBytes();
    this.creations =
        new Limit(
            "rooms",
            settings.roomsPerHour(),
            Duration.ofHours(1),
            "Too many room creation requests. Try again later.");
    this.creationsOfAddress =
        new Limit(
            "rooms-address",
            settings.roomsPerHour() * CLIENTS_BEHIND_ADDRESS,
            creations.window(),
            creations.refusal());
    this.accepts =
        new Limit(
            "accept",
            settings.acceptsPerMinute(),
            Duration.ofMinutes(1),
            "Too many room accept requests. Try again later.");
  }

  void mount(Router router) {
    Handler<RoutingContext> body = JsonBodies.upTo(maxBodyBytes);
    for (String path : List.of(ROOMS, ROOMS + "/accept", ROOMS + "/check", PURGE)) {
      router.route(path).handler(body);
    }
    for (String path : List.of(ROOMS, ROOMS + "/*", PURGE, LIST)) {
      router.route(path).failureHandler(this::failed);
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

  private static void serve(RoutingContext context, Function<JsonObject, RoomService.Work> action) {
    answer(context, action.apply(body(context)).run());
  }

  /** Many may be behind one address: each client is counted by itself, and all together. */
  private void create(RoutingContext context) {
    JsonObject body = body(context);
    RoomService.Work work = service.create(body); // a request that is not in order does not count
    String address = access.clientAddress(context.request());
    String client = address + " " + body.getValue("client1");
    answer(
        context,
        limited(
            context, creations, client, () -> limited(context, creationsOfAddress, address, work)));
  }

  private void accept(RoutingContext context) {
    RoomService.Work work = service.accept(body(context));
    String address = access.clientAddress(context.request());
    answer(context, limited(context, accepts, address, work));
  }

  private Future<RoomAnswer> limited(
      RoutingContext context, Limit limit, String key, RoomService.Work work) {
    return access
        .use(limit.name(), key, limit.max(), limit.window())
        .compose(
            waitMillis -> {
              if (waitMillis == 0) {
                return work.run();
              }
              String seconds = Long.toString(Math.ceilDiv(waitMillis, 1000L));
              context.response().putHeader(HttpHeaders.RETRY_AFTER, seconds);
              return Future.succeededFuture(RoomAnswer.refusal(429, limit.refusal()));
            });
  }

  private void list(RoutingContext context) {
    answer(
        context,
        access
            .caller(context.request())
            .map(caller -> caller.orElseThrow(() -> new TokenRejectedException(false)))
            .compose(
                caller ->
                    caller.operator()
                        ? service.list()
                        : Future.succeededFuture(RoomAnswer.refusal(403, "forbidden"))));
  }

  private static JsonObject query(RoutingContext context) {
    List<String> values;
    try {
      values = context.queryParam("roomid");
    } catch (HttpException | IllegalArgumentException e) {
      throw BadFieldException.invalid("roomid", "is not percent-encoded UTF-8");
    }
    return new JsonObject().put("roomid", values.isEmpty() ? null : values.getFirst());
  }

  /** An empty body is an object without fields, so that the refusal names the first it lacks. */
  private static JsonObject body(RoutingContext context) {
    var buffer = context.body().buffer();
    if (buffer == null || buffer.length() == 0) {
      return new JsonObject();
    }
    try {
      if (buffer.toJsonValue() instanceof JsonObject body) {
        return body;
      }
    } catch (DecodeException e) {
      // the decoder's message quotes the body, which may hold a token
    }
    throw BadFieldException.invalid("body", "must be a JSON object");
  }

  private static void answer(RoutingContext context, Future<RoomAnswer> answer) {
    answer.onSuccess(ready -> send(context, ready)).onFailure(failure -> refuse(context, failure));
  }

  private static void send(RoutingContext context, RoomAnswer answer) {
    if (answer.status() == 204) {
      context.response().setStatusCode(204).end();
    } else {
      Answers.json(context, answer.status(), answer.body());
    }
  }

  private void failed(RoutingContext context) {
    Throwable failure = context.failure();
    if (context.statusCode() == 413) {
      refuse(context, 413, "payload_too_large", "body must not exceed " + maxBodyBytes + " bytes");
    } else if (failure == null || failure instanceof HttpException) {
      int status = context.statusCode() < 400 ? 500 : context.statusCode();
      refuse(context, status, "bad_request", "the request can't be read");
    } else {
      refuse(context, failure);
    }
  }

  private static void refuse(RoutingContext context, Throwable failure) {
    switch (failure) {
      case BadFieldException bad -> Answers.json(context, 400, bad.answer());
      case TokenRejectedException rejected -> {
        context.response().putHeader("WWW-Authenticate", "Bearer");
        refuse(context, 401, "unauthorized", rejected.getMessage());
      }
      case StoreUnavailableException away -> refuse(context, 503, "unavailable", away.getMessage());
      default -> {
        log.atError()
            .addKeyValue(LogKeys.REQUEST, RequestIds.of(context))
            .setCause(failure)
            .log("{} {} failed", context.request().method(), context.normalizedPath());
        refuse(context, 500, "internal", "an unexpected error");
      }
    }
  }

  private static void refuse(
      RoutingContext context, int status, String error, @Nullable String details) {
    Answers.json(context, status, new JsonObject().put("error", error).put("details", details));
  }
}
