package dev.switchboard.shared.http;

import dev.switchboard.shared.auth.ApiKey;
import dev.switchboard.shared.auth.ApiKeys;
import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.auth.TokenRejectedException;
import dev.switchboard.shared.auth.TokenVerifier;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.metrics.MetricNames;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.RedisLinks;
import dev.switchboard.shared.redis.Script;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@link HttpAccess} whose limits are counted in Redis, on one connection per event loop. */
public final class SharedHttpAccess implements HttpAccess {
  private static final Script USE_LIMIT = Script.load(SharedHttpAccess.class, "use-limit");
  private static final String BEARER = "bearer ";
  private static final Pattern COOKIE_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
  private static final Set<HttpMethod> LOOKS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

  private final Vertx vertx;
  private final TokenVerifier tokens;
  private final ApiKeys keys;
  private final TrustedProxies proxies;
  private final AllowedOrigins origins;
  private final Optional<String> cookieName;
  private final RedisLinks redis;
  private final MeterRegistry meters;
  private final LocalLimits local;
  private final Map<EventLoop, RedisLink> links = new ConcurrentHashMap<>();

  /** Throws {@link BadSettingException} for bad keys, proxies, origins or names of cookies. */
  public SharedHttpAccess(
      Vertx vertx,
      Settings settings,
      TokenVerifier tokens,
      RedisLinks redis,
      MeterRegistry meters,
      InstantSource clock) {
    this.vertx = vertx;
    this.tokens = tokens;
    this.keys = ApiKeys.from(settings);
    this.proxies = TrustedProxies.from(settings);
    this.origins = AllowedOrigins.from(settings);
    this.cookieName = settings.text("JWT_COOKIE").map(SharedHttpAccess::cookieName);
    this.redis = redis;
    this.meters = meters;
    this.local = new LocalLimits(clock);
  }

  /** A token, as cookies' names are (RFC 6265 section 4.1.1). */
  private static String cookieName(String name) {
    if (!COOKIE_NAME.matcher(name).matches()) {
      throw new BadSettingException(
          "JWT_COOKIE",
          "'" + name + "' is no name of a cookie: letters, digits and !#$%&'*+-.^_`|~ only");
    }
    return name;
  }

  @Override
  public Future<Optional<Caller>> caller(HttpServerRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null) {
      return callerByCookie(request);
    }
    return bearer(header)
        .map(token -> tokens.verify(token).map(Optional::of))
        .orElseGet(() -> Future.failedFuture(new TokenRejectedException(false)));
  }

  private static Optional<String> bearer(String header) {
    return header.toLowerCase(Locale.ROOT).startsWith(BEARER)
        ? Optional.of(header.substring(BEARER.length()).strip())
        : Optional.empty();
  }

  @Override
  public Optional<ApiKey> apiKey(HttpServerRequest request) {
    return Optional.ofNullable(request.getHeader(HttpHeaders.AUTHORIZATION))
        .flatMap(SharedHttpAccess::bearer)
        .flatMap(keys::find);
  }

  /**
   * The bearer that a page's cookie names. A browser sends it with whatever page asks, so that page
   * has to be an allowed one; only a look, which no other page can read, may come without an
   * origin.
   */
  private Future<Optional<Caller>> callerByCookie(HttpServerRequest request) {
    Cookie cookie = cookieName.map(request::getCookie).orElse(null);
    if (cookie == null || cookie.getValue().isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    boolean looks = LOOKS.contains(request.method());
    boolean named = request.getHeader(HttpHeaders.ORIGIN) != null;
    return (named || looks) && origins.allowsRequest(request)
        ? tokens.verify(cookie.getValue()).map(Optional::of)
        : Future.failedFuture(new TokenRejectedException(false));
  }

  @Override
  public String clientAddress(HttpServerRequest request) {
    String peer = request.remoteAddress().hostAddress();
    List<String> forwarded = request.headers().getAll("X-Forwarded-For");
    return TrustedProxies.counted(
        proxies.client(
            peer == null ? "unknown" : peer,
            forwarded.isEmpty() ? Optional.empty() : Optional.of(String.join(",", forwarded))));
  }

  @Override
  public Future<Long> use(String limit, String key, long max, Duration window) {
    if (max <= 0) {
      return Future.succeededFuture(0L);
    }
    String name = "limit:" + limit + ":" + key;
    List<String> arguments = List.of(Long.toString(max), Long.toString(window.toMillis()));
    return count(name, arguments)
        .otherwise(failure -> local.use(name, max, window.toMillis()))
        .onSuccess(
            wait -> {
              if (wait > 0) {
                meters.counter(MetricNames.RATE_LIMITED, "limit", limit).increment();
              }
            });
  }

  private Future<Long> count(String name, List<String> arguments) {
    ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
    EventLoop loop = context.nettyEventLoop();
    if (loop.inEventLoop()) {
      return answer(link(loop), name, arguments);
    }
    Promise<Long> promise = context.promise();
    loop.execute(() -> answer(link(loop), name, arguments).onComplete(promise));
    return promise.future();
  }

  private RedisLink link(EventLoop loop) {
    return links.computeIfAbsent(loop, key -> redis.open());
  }

  private static Future<Long> answer(RedisLink link, String name, List<String> arguments) {
    return link.run(USE_LIMIT, List.of(name), arguments).map(SharedHttpAccess::millis);
  }

  private static long millis(io.vertx.redis.client.@Nullable Response response) {
    return response == null ? 0L : response.toLong();
  }
}
