package dev.switchboard.deploy;

import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.http.LocalLimits;
import dev.switchboard.shared.metrics.MetricNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.util.Map;

/**
 * How many requests an address may make a minute, and how many connections of clients it may open,
 * whatever they are for: the bound of all that has no limit of its own. Each process counts for
 * itself, so that a request costs no round trip. An address of a private network is not counted: it
 * is a proxy that {@code TRUSTED_PROXIES} does not name, or a neighbour. Nor is a team's own back
 * end that shows one of its keys. Used on any event loop.
 */
final class AddressLimits implements Handler<RoutingContext> {
  private static final long WINDOW_MILLIS = 60_000;
  private static final String REFUSAL = "Too many requests";

  /**
   * The most of each in a minute; 0 switches a limit off.
   *
   * @param connections sessions of Engine.IO and WebSockets of rooms
   */
  record Rates(int requests, int connections) {
    static Rates from(Settings settings) {
      return new Rates(
          settings.integer("RATE_REQUESTS_PER_MINUTE", 6_000, 0, 1_000_000),
          settings.integer("RATE_CONNECTIONS_PER_MINUTE", 3_000, 0, 1_000_000));
    }
  }

  private final Rates rates;
  private final HttpAccess access;
  private final LocalLimits counts;
  private final MeterRegistry meters;

  AddressLimits(Rates rates, HttpAccess access, LocalLimits counts, MeterRegistry meters) {
    this.rates = rates;
    this.access = access;
    this.counts = counts;
    this.meters = meters;
  }

  /** Lets a request of the router's pass, or answers it 429. */
  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    boolean counts = rates.requests > 0 && access.apiKey(request).isEmpty();
    long waitMillis = counts ? use("requests", request, rates.requests) : 0;
    if (waitMillis == 0) {
      context.next();
    } else {
      context.response().putHeader(HttpHeaders.RETRY_AFTER, seconds(waitMillis));
      Answers.refuse(context, 429, REFUSAL);
    }
  }

  /** Whether a request past the router may go on; one that may not has been answered 429. */
  boolean admits(HttpServerRequest request) {
    long waitMillis = opens(request) ? use("connections", request, rates.connections) : 0;
    if (waitMillis > 0) {
      HttpServerResponse response = request.response().setStatusCode(429);
      response.putHeader(HttpHeaders.RETRY_AFTER, seconds(waitMillis));
      response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json; charset=utf-8");
      response.end(new JsonObject().put("success", false).put("error", REFUSAL).toBuffer());
    }
    return waitMillis == 0;
  }

  /** A poll or an upgrade that names its session belongs to one that has been counted. */
  private static boolean opens(HttpServerRequest request) {
    String path = request.path();
    if (path == null || !path.startsWith("/socket.io/")) {
      return true;
    }
    try {
      for (Map.Entry<String, String> field : request.params()) {
        if (field.getKey().equals("sid")) {
          return field.getValue().isEmpty();
        }
      }
      return true;
    } catch (IllegalArgumentException undecodable) {
      // It is refused by who reads it.
      return true;
    }
  }

  private long use(String limit, HttpServerRequest request, int max) {
    if (max == 0) {
      return 0;
    }
    String address = access.clientAddress(request);
    long waitMillis =
        isPrivate(address) ? 0 : counts.use(limit + ":" + address, max, WINDOW_MILLIS);
    if (waitMillis > 0) {
      meters.counter(MetricNames.RATE_LIMITED, "limit", limit).increment();
    }
    return waitMillis;
  }

  /** The network of an IPv6 address, as it is counted, ends with its length. */
  private static boolean isPrivate(String text) {
    int slash = text.indexOf('/');
    try {
      InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
      byte[] bytes = address.getAddress();
      boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
      return address.isLoopbackAddress()
          || address.isAnyLocalAddress()
          || address.isSiteLocalAddress()
          || address.isLinkLocalAddress()
          || uniqueLocal;
    } catch (IllegalArgumentException unknown) {
      return false;
    }
  }

  private static String seconds(long millis) {
    return Long.toString(Math.ceilDiv(millis, 1000L));
  }
}
