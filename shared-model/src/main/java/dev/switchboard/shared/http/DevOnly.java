package dev.switchboard.shared.http;

import dev.switchboard.shared.config.AppEnv;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request pass only if it is made on this very machine and not in production; all others get
 * the answer of a path that does not exist. A request that came through a proxy is not local, nor
 * is one that a page from elsewhere makes in a local browser.
 */
public final class DevOnly implements Handler<RoutingContext> {
  private static final List<String> PROXY_HEADERS =
      List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via");

  private final boolean production;

  public DevOnly(AppEnv environment) {
    this.production = environment.isProduction();
  }

  @Override
  public void handle(RoutingContext context) {
    if (production || !isLocal(context.request())) {
      Answers.unknownEndpoint(context);
    } else {
      context.next();
    }
  }

  private static boolean isLocal(HttpServerRequest request) {
    var authority = request.authority();
    return isLoopback(request.remoteAddress().hostAddress())
        && PROXY_HEADERS.stream().noneMatch(request.headers()::contains)
        && (authority == null || isLocalName(authority.host()))
        && isLocalOrigin(request.getHeader("Origin"));
  }

  private static boolean isLoopback(@Nullable String address) {
    try {
      return address != null && InetAddress.ofLiteral(address).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isLocalOrigin(@Nullable String origin) {
    return origin == null
        || WebOrigin.parse(origin).filter(from -> isLocalName(from.host())).isPresent();
  }

  /** A name that a public DNS can't point at this machine (DNS rebinding). */
  private static boolean isLocalName(String host) {
    String name =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    return name.equals("localhost") || name.endsWith(".localhost") || isLoopback(name);
  }
}
