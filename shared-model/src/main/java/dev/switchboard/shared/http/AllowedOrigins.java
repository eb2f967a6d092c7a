package dev.switchboard.shared.http;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages may call: {@code CORS_ORIGIN}, also known as {@code CLIENT_URL}. The only place
 * that compares origins, for REST, polling and WebSockets alike. Used on any thread.
 */
public final class AllowedOrigins {
  private static final String ALL = "*";

  private final boolean all;
  private final Set<WebOrigin> origins;
  private final TrustedProxies proxies;

  private AllowedOrigins(boolean all, Set<WebOrigin> origins, TrustedProxies proxies) {
    this.all = all;
    this.origins = origins;
    this.proxies = proxies;
  }

  /**
   * Reads them. By default all are allowed, in production none: apps on phones send no origin, and
   * pages of the server's own origin need no leave. Of a URL its origin counts. Throws {@link
   * BadSettingException}.
   */
  public static AllowedOrigins from(Settings settings) {
    boolean production = settings.environment().isProduction();
    List<Named> named =
        Stream.of("CORS_ORIGIN", "CLIENT_URL").flatMap(name -> read(settings, name)).toList();
    boolean all =
        named.isEmpty() ? !production : named.stream().anyMatch(each -> each.value.equals(ALL));
    return new AllowedOrigins(
        all,
        named.stream()
            .filter(each -> !each.value.equals(ALL))
            .map(Named::origin)
            .collect(Collectors.toUnmodifiableSet()),
        TrustedProxies.from(settings));
  }

  private static Stream<Named> read(Settings settings, String name) {
    return settings.text(name).map(Settings::split).orElse(List.of()).stream()
        .map(value -> new Named(name, value));
  }

  private record Named(String setting, String value) {
    WebOrigin origin() {
      return WebOrigin.parse(value)
          .orElseThrow(
              () ->
                  new BadSettingException(
                      setting,
                      "'"
                          + value.replaceAll("//[^/@]*@", "//…@")
                          + "' is no origin such as https://app.example, and not *"));
    }
  }

  /** True if a request with this {@code Origin} header, or without one, may be served. */
  public boolean allows(@Nullable String origin) {
    return origin == null || all || WebOrigin.parse(origin).map(origins::contains).orElse(false);
  }

  /**
   * True if a request may be served: it names no origin, an allowed one, or the server's own, which
   * is what apps say that have no page behind them (the clients for iOS and of React Native).
   */
  public boolean allowsRequest(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    return allows(origin)
        || WebOrigin.parse(origin)
            .map(from -> RequestTarget.of(request, proxies).is(from))
            .orElse(false);
  }
}
