package dev.switchboard.deploy;

import dev.switchboard.shared.config.AppEnv;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.DevOnly;
import dev.switchboard.shared.role.RoleName;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Health, metrics and what the process reports of itself. */
final class ManagementRoutes {
  static final String VERSION = "1.0.0";

  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final Health health;
  private final PrometheusMeterRegistry meters;
  private final AppEnv environment;
  private final @Nullable DevTokens tokens;

  ManagementRoutes(
      Health health,
      PrometheusMeterRegistry meters,
      AppEnv environment,
      @Nullable DevTokens tokens) {
    this.health = health;
    this.meters = meters;
    this.environment = environment;
    this.tokens = tokens;
  }

  /** What every process answers on its public port. */
  void mount(Router router, boolean withMetrics) {
    mountHealth(router);
    if (withMetrics) {
      mountMetrics(router);
    }
    router.get("/info").handler(this::info);
    router.get("/ping").handler(this::ping);
    ApiDocs.mount(router);
    if (tokens != null) {
      router.get("/dev/token").handler(new DevOnly(environment)).handler(tokens::issue);
    }
  }

  void mountHealth(Router router) {
    router
        .get("/health")
        .handler(
            context ->
                health
                    .report()
                    .onSuccess(report -> Answers.json(context, 200, report))
                    .onFailure(failure -> Answers.fail(context, failure)));
    router.get("/health/live").handler(context -> state(context, true));
    router.get("/health/ready").handler(context -> state(context, health.isReady()));
  }

  void mountMetrics(Router router) {
    router
        .get("/metrics")
        .handler(context -> Answers.end(context, PROMETHEUS, Buffer.buffer(meters.scrape())));
  }

  private static void state(RoutingContext context, boolean good) {
    String status = good ? "ok" : "unavailable";
    Answers.json(context, good ? 200 : 503, new JsonObject().put("status", status));
  }

  private void info(RoutingContext context) {
    JsonObject features =
        new JsonObject()
            .put("socketio", false)
            .put("redis", true)
            .put("fcm", false)
            .put("apns", false)
            .put("webpush", false)
            .put("turn", false);
    for (RoleName name : RoleName.values()) {
      features.put(name.wireName(), false);
    }
    health
        .features()
        .onSuccess(
            running ->
                Answers.json(
                    context,
                    200,
                    new JsonObject()
                        .put("name", "switchboard")
                        .put("version", VERSION)
                        .put("env", environment.name().toLowerCase(Locale.ROOT))
                        .put("features", features.mergeIn(running))))
        .onFailure(failure -> Answers.fail(context, failure));
  }

  private void ping(RoutingContext context) {
    Answers.json(
        context,
        200,
        new JsonObject()
            .put("ping", "pong")
            .put("timestamp", System.currentTimeMillis())
            .put("uptime", health.uptime()));
  }
}
