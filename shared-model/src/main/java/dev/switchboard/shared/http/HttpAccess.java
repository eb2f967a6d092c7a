package dev.switchboard.shared.http;

import dev.switchboard.shared.auth.ApiKey;
import dev.switchboard.shared.auth.Caller;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Optional;

/** Who makes a request, from where, and how often. Used on any event loop. */
public interface HttpAccess {
  /**
   * The bearer of the request's token; empty without an {@code Authorization} header. Fails with
   * {@link dev.switchboard.shared.auth.TokenRejectedException}.
   */
  Future<Optional<Caller>> caller(HttpServerRequest request);

  /**
   * The API key that the request's {@code Authorization} header shows; empty if it is none, which
   * says nothing of what else the header may be.
   */
  Optional<ApiKey> apiKey(HttpServerRequest request);

  /**
   * The client's address, as limits count: {@code X-Forwarded-For} is believed only behind {@code
   * TRUSTED_PROXIES}, and of IPv6 the network counts, as {@code 2001:db8:0:1::/64}, since one
   * client has all of its addresses.
   */
  String clientAddress(HttpServerRequest request);

  /**
   * Counts one use of a limit that all nodes share. Answers 0 if it is allowed, else after how many
   * milliseconds to try again. Never fails: with Redis away each node counts for itself.
   *
   * @param limit names the limit, for the metric and the key
   * @param max uses in a window; 0 switches the limit off
   */
  Future<Long> use(String limit, String key, long max, Duration window);
}
