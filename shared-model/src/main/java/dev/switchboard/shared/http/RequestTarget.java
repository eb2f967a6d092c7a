package dev.switchboard.shared.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a client sent its request: what the proxy in between says it was, if it is one of {@code
 * TRUSTED_PROXIES}, else what the request itself says.
 *
 * @param forwardedPort what a proxy adds beside a host without a port
 * @param secure whether it is certain that the client came over TLS
 */
record RequestTarget(Optional<HostPort> server, Optional<String> forwardedPort, boolean secure) {

  static RequestTarget of(HttpServerRequest request, TrustedProxies proxies) {
    String peer = request.remoteAddress().hostAddress();
    boolean proxied = peer != null && proxies.trusts(peer);
    Optional<String> host = proxied ? first(request, "X-Forwarded-Host") : Optional.empty();
    Optional<String> proto = proxied ? first(request, "X-Forwarded-Proto") : Optional.empty();
    return new RequestTarget(
        host.or(() -> host(request)).flatMap(HostPort::parse),
        proxied ? first(request, "X-Forwarded-Port") : Optional.empty(),
        proto.map(RequestTarget::isSecure).orElse(request.isSSL()));
  }

  /** The first value is that of the proxy nearest to the client. */
  private static Optional<String> first(HttpServerRequest request, String header) {
    return Optional.ofNullable(request.getHeader(header))
        .map(values -> values.split(",", 2)[0].strip())
        .filter(value -> !value.isEmpty());
  }

  private static Optional<String> host(HttpServerRequest request) {
    // HTTP/2 has :authority in its place.
    return Optional.ofNullable(request.getHeader(HttpHeaders.HOST))
        .or(() -> Optional.ofNullable(request.authority()).map(HostAndPort::toString));
  }

  private static boolean isSecure(String proto) {
    String scheme = proto.toLowerCase(Locale.ROOT);
    return scheme.equals("https") || scheme.equals("wss");
  }

  /** True if a page of this origin was loaded from here. */
  boolean is(WebOrigin origin) {
    if (secure && origin.isPlainHttp()) {
      return false;
    }
    return server.filter(at -> origin.isAt(at) || origin.isAt(forwarded(at))).isPresent();
  }

  private HostPort forwarded(HostPort at) {
    return at.port() >= 0
        ? at
        : forwardedPort.flatMap(port -> HostPort.parse(at.host() + ":" + port)).orElse(at);
  }
}
