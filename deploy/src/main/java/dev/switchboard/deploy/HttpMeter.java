package dev.switchboard.deploy;

import dev.switchboard.shared.http.RequestIds;
import dev.switchboard.shared.log.LogKeys;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Handler;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Times requests, and logs them, by method, route and status. One per edge: the cache belongs to
 * its loop.
 */
final class HttpMeter implements Handler<RoutingContext> {
  private static final String NAME = "switchboard.http.requests";

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private static final Logger log = LoggerFactory.getLogger(HttpMeter.class);

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
        ended -> {
          long nanos = System.nanoTime() - started;
          Key key = key(context);
          timer(key).record(nanos, TimeUnit.NANOSECONDS);
          log.atDebug()
              .addKeyValue(LogKeys.REQUEST, RequestIds.of(context))
              .log("{} {} {} in {} ms", key.method, key.route, key.status, nanos / 1_000_000);
        });
    context.next();
  }

  private static Key key(RoutingContext context) {
    Route route = context.currentRoute();
    String path = route == null ? null : route.getPath();
    String method = context.request().method().name();
    // Methods and paths that clients invent must not become labels without end.
    return new Key(
        METHODS.contains(method) ? method : "other",
        path == null ? "none" : path,
        context.response().getStatusCode());
  }

  private Timer timer(Key key) {
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
