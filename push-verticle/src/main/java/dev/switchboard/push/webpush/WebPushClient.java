package dev.switchboard.push.webpush;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Talks to push services (RFC 8030). It connects to the very address that the guard has checked,
 * whatever the name stands for by then, and follows no redirect. Belongs to one event loop.
 */
final class WebPushClient {
  /** An attempt is given 3 s; what is still under way then must not be delivered later. */
  private static final long ATTEMPT_MILLIS = 2_800;

  private static final int CONNECT_MILLIS = 2_500;
  private static final int ANSWER_MAX = 16 * 1024;
  private static final int WAITING_MAX = 20_000;

  /** To one service, for all that may be under way with the usual 100 requests each. */
  private static final int HTTP2_CONNECTIONS = 10;

  private final EndpointGuard guard;
  private final HttpClient client;

  /** What a service answered; the body is of no use, and may hold what must not be shown. */
  record Answer(int status, @Nullable String location, @Nullable String retryAfter) {}

  WebPushClient(Vertx vertx, EndpointGuard guard, @Nullable TrustOptions trust) {
    this.guard = guard;
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setUseAlpn(true)
            .setConnectTimeout(CONNECT_MILLIS)
            .setIdleTimeout(60)
            .setDecompressionSupported(false)
            .setTcpNoDelay(true);
    if (trust != null) {
      options.setTrustOptions(trust);
    }
    PoolOptions pool =
        new PoolOptions()
            .setHttp1MaxSize(16)
            .setHttp2MaxSize(HTTP2_CONNECTIONS)
            .setMaxWaitQueueSize(WAITING_MAX);
    this.client =
        vertx
            .httpClientBuilder()
            .with(options)
            .with(pool)
            // what befalls a connection is told by the requests on it
            .withConnectHandler(connection -> connection.exceptionHandler(ignored -> {}))
            .build();
  }

  /** Posts a message; fails where there was no answer, also for an endpoint that is forbidden. */
  Future<Answer> post(Endpoint endpoint, List<String[]> headers, byte[] body) {
    long started = System.nanoTime();
    return guard
        .addresses(endpoint)
        .compose(addresses -> open(options(endpoint, addresses.getFirst()), left(started)))
        .compose(request -> exchange(request, headers, body, left(started)));
  }

  /**
   * The pool forgets some of those that waited too long for a connection; nobody waits for ever.
   */
  private Future<HttpClientRequest> open(RequestOptions options, long millis) {
    Future<HttpClientRequest> opening = client.request(options);
    return opening
        .timeout(millis, TimeUnit.MILLISECONDS)
        .onFailure(failure -> opening.onSuccess(HttpClientRequest::reset));
  }

  private static long left(long startedNanos) {
    long gone = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
    return Math.max(1, ATTEMPT_MILLIS - gone);
  }

  private static RequestOptions options(Endpoint endpoint, InetAddress address) {
    return new RequestOptions()
        .setServer(SocketAddress.inetSocketAddress(endpoint.port(), address.getHostAddress()))
        .setHost(endpoint.host())
        .setPort(endpoint.port())
        .setSsl(endpoint.tls())
        .setMethod(HttpMethod.POST)
        .setURI(endpoint.pathAndQuery())
        .setFollowRedirects(false)
        // also how long it may wait for a connection of the pool
        .setConnectTimeout(CONNECT_MILLIS);
  }

  private static Future<Answer> exchange(
      HttpClientRequest request, List<String[]> headers, byte[] body, long millis) {
    headers.forEach(header -> request.putHeader(header[0], header[1]));
    return request
        .send(Buffer.buffer(body))
        .map(WebPushClient::read)
        .timeout(millis, TimeUnit.MILLISECONDS)
        .onFailure(
            failure -> {
              request.reset();
              if (failure instanceof TimeoutException) {
                // a connection that hangs must not take the next messages too
                request.connection().close();
              }
            });
  }

  /** The status is all that counts; the rest is read off, or cut off where there is much of it. */
  private static Answer read(HttpClientResponse response) {
    long[] seen = {0};
    response.handler(
        part -> {
          seen[0] += part.length();
          if (seen[0] > ANSWER_MAX) {
            response.request().reset();
          }
        });
    response.exceptionHandler(ignored -> {});
    return new Answer(
        response.statusCode(),
        response.getHeader(HttpHeaders.LOCATION),
        response.getHeader(HttpHeaders.RETRY_AFTER));
  }

  Future<Void> close() {
    return client.close();
  }
}
