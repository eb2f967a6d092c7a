package dev.switchboard.deploy;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.CorsHeaders;
import dev.switchboard.shared.http.HeadRequests;
import dev.switchboard.shared.http.RequestIds;
import dev.switchboard.shared.role.DirectRoutes;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.role.Role;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One public HTTP server on one event loop, with the routes of every role present. */
final class EdgeVerticle extends VerticleBase {
  private static final long LAST_ANSWERS_SECONDS = 2;

  private final EdgeId id;
  private final HttpServerOptions options;
  private final SlowClients.Times slowClients;
  private final AddressLimits limits;
  private final CorsHeaders cors;
  private final Consumer<Router> management;
  private final List<Role> roles;
  private final Consumer<Router> page;
  private final HttpMeter meter;
  private final Function<Context, Future<Void>> atLast;
  private @Nullable HttpServer server;

  EdgeVerticle(
      EdgeId id,
      HttpServerOptions options,
      SlowClients.Times slowClients,
      AddressLimits limits,
      CorsHeaders cors,
      Consumer<Router> management,
      List<Role> roles,
      Consumer<Router> page,
      MeterRegistry meters,
      Function<Context, Future<Void>> atLast) {
    this.id = id;
    this.options = options;
    this.slowClients = slowClients;
    this.limits = limits;
    this.cors = cors;
    this.management = management;
    this.roles = roles;
    this.page = page;
    this.meter = new HttpMeter(meters);
    this.atLast = atLast;
  }

  @Override
  public Future<?> start() {
    Router router = Router.router(vertx);
    router.route().handler(new AnswerHeaders());
    router.route().method(HttpMethod.HEAD).handler(new HeadRequests());
    router.route().handler(new RequestIds());
    router.route().handler(meter);
    router.route().handler(cors);
    router.route().handler(limits);
    management.accept(router);
    DirectRoutes direct = new DirectRoutes();
    Edge edge = new Edge(id, vertx, router, direct);
    Future<Void> mounted = Future.succeededFuture();
    for (Role role : roles) {
      mounted = mounted.compose(v -> role.mount(edge));
    }
    return mounted.compose(
        v -> {
          page.accept(router);
          refuseTheRest(router);
          SlowClients slow = new SlowClients(vertx, slowClients);
          HttpServer opened =
              vertx
                  .createHttpServer(options)
                  .connectionHandler(slow)
                  .requestHandler(
                      request -> {
                        slow.watch(request);
                        dispatch(request, direct, router);
                      })
                  .invalidRequestHandler(EdgeVerticle::refuseUnreadable);
          server = opened;
          return opened.listen();
        });
  }

  private void dispatch(HttpServerRequest request, DirectRoutes direct, Router router) {
    Handler<HttpServerRequest> handler = direct.find(request);
    if (handler == null) {
      router.handle(request);
    } else {
      AnswerHeaders.addTo(request);
      if (limits.admits(request)) {
        handler.handle(request);
      }
    }
  }

  private static void refuseUnreadable(HttpServerRequest request) {
    AnswerHeaders.addTo(request);
    HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
  }

  static void refuseTheRest(Router router) {
    router.route().last().handler(Answers::unknownEndpoint);
    router.errorHandler(404, Answers::unknownEndpoint);
    router.errorHandler(405, Answers::unknownEndpoint);
    router.errorHandler(400, context -> Answers.refuse(context, 400, "Bad request"));
    router.errorHandler(413, context -> Answers.refuse(context, 413, "Body too large"));
    router.route().failureHandler(EdgeVerticle::failed);
  }

  private static void failed(RoutingContext context) {
    Throwable failure = context.failure();
    int status = context.statusCode() < 400 ? 500 : context.statusCode();
    // The router's own refusals, of a request without a host for one, come with a cause.
    boolean refused = status < 500 && !(failure instanceof HttpException);
    if (failure != null && !refused) {
      Answers.fail(context, failure);
    } else {
      Answers.refuse(context, status, status == 413 ? "Body too large" : "Request refused");
    }
  }

  /** Lets requests that are under way have their answers, then ends what the roles opened here. */
  @Override
  public Future<?> stop() {
    HttpServer open = server;
    Future<Void> answered =
        open == null ? Future.succeededFuture() : open.shutdown(LAST_ANSWERS_SECONDS, SECONDS);
    return answered.eventually(() -> atLast.apply(context));
  }

  /** The server, for its port and for new certificates; null before it listens. */
  @Nullable HttpServer server() {
    return server;
  }
}
