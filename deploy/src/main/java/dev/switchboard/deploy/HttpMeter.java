package dev.switchboard.deploy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Handler;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Times requests by method, route and status. One per edge: the cache belongs to its loop. */
final class HttpMeter implements Handler<RoutingContext> {
  private static final String NAME = "switchboard.http.requests";

  private record Key(String method, String route, int status) {}

  private final MeterRegistry meters;
  private final Map<Key, Timer> timers = new HashMap<>();

  HttpMeter(MeterRegistry meters) {
    this.meters = meters;
  }

  @Override
  public void handle(RoutingContext context) {
    long started = System.nanoTime();
    context.addEndHandler(
        ended -> timer(context).record(System.nanoTime() - started, TimeUnit.NANOSECONDS));
    context.next();
  }

  private Timer timer(RoutingContext context) {
    Route route = context.currentRoute();
    String path = route == null ? null : route.getPath();
    String method = context.request().method().name();
    // Methods and paths that clients invent must not become labels without end.
    Key key =
        new Key(
            method.length() > 7 ? "other" : method,
            path == null ? "none" : path,
            context.response().getStatusCode());
    return timers.computeIfAbsent(
        key,
        k ->
            Timer.builder(NAME)
                .tag("method", k.method)
                .tag("route", k.route)
                .tag("status", Integer.toString(k.status))
                .register(meters));
  }
}
