package dev.switchboard.push.http;

import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.http.HttpApi;
import dev.switchboard.shared.push.PushApps;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;

/**
 * One limit of uses a minute for each app, so that what one app's devices use up is not missing to
 * another's. What names no app, or none of ours, counts as the default one's.
 */
public final class AppLimits {
  private final HttpApi.Limit ofDefault;
  private final Map<String, HttpApi.Limit> byApp = new HashMap<>();

  public AppLimits(String name, long perMinute, PushApps apps) {
    this.ofDefault = HttpApi.Limit.perMinute(name, perMinute);
    for (String app : apps.added()) {
      byApp.put(app, HttpApi.Limit.perMinute(name + "@" + app, perMinute));
    }
  }

  /** The limit of the app that a request's body names. */
  public HttpApi.Limit of(RoutingContext context) {
    return body(context).getValue("app") instanceof String app
        ? byApp.getOrDefault(app, ofDefault)
        : ofDefault;
  }

  /** One that can't be read is refused once it has been counted. */
  private static JsonObject body(RoutingContext context) {
    try {
      return HttpApi.bodyOrEmpty(context);
    } catch (BadFieldException e) {
      return new JsonObject();
    }
  }
}
