package dev.switchboard.ice;

import dev.switchboard.shared.auth.ApiKey;
import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.auth.TokenRejectedException;
import dev.switchboard.shared.http.HttpAccess;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Takes {@code Bearer user:<id>} for a valid token and counts without windows. */
final class FakeAccess implements HttpAccess {
  private static final String VALID = "Bearer user:";
  private final Map<String, Long> uses = new ConcurrentHashMap<>();

  @Override
  public Future<Optional<Caller>> caller(HttpServerRequest request) {
    String header = request.getHeader("Authorization");
    if (header == null) {
      return Future.succeededFuture(Optional.empty());
    }
    return header.startsWith(VALID)
        ? Future.succeededFuture(
            Optional.of(new Caller(header.substring(VALID.length()), false, Long.MAX_VALUE)))
        : Future.failedFuture(new TokenRejectedException(false));
  }

  @Override
  public Optional<ApiKey> apiKey(HttpServerRequest request) {
    return Optional.empty();
  }

  @Override
  public String clientAddress(HttpServerRequest request) {
    return "192.0.2.1";
  }

  @Override
  public Future<Long> use(String limit, String key, long max, Duration window) {
    long count = uses.merge(limit + "/" + key, 1L, Long::sum);
    return Future.succeededFuture(max == 0 || count <= max ? 0L : 1_500L);
  }
}
