package dev.switchboard.push.webpush;

import dev.switchboard.push.send.CauseLook;
import dev.switchboard.push.send.ClientTls;
import dev.switchboard.push.send.ConnectionProbe;
import dev.switchboard.push.send.SenderLine;
import dev.switchboard.shared.outbound.Endpoint;
import dev.switchboard.shared.outbound.EndpointGuard;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Talks to push services (RFC 8030). It connects to the very addresses that the guard has checked,
 * whatever the name stands for by then, and follows no redirect. Belongs to one event loop.
 */
final class WebPushClient {
  /** Ends before the attempt is given up: what is tried again must not be under way any more. */
  private static final long ATTEMPT_MILLIS = SenderLine.ATTEMPT_MILLIS - 500;

  private static final int CONNECT_MILLIS = 2_500;
  private static final int ANSWER_MAX = 16 * 1024;

  /** Why a service refuses stands at the beginning, and is sent with the refusal. */
  private static final int REASON_MAX = 4 * 1024;

  private static final long REASON_MILLIS = 1_000;
  private static final int WAITING_MAX = 20_000;

  /** To one service, for all that may be under way with the usual 100 requests each. */
  private static final int HTTP2_CONNECTIONS = 10;

  private final EndpointGuard guard;
  private final Vertx vertx;
  private final ConnectionProbe probe;
  private final HttpClient tls;
  private final HttpClient plain;

  /**
   * What a service answered.
   *
   * @param reason why it refuses, in its own words made fit for logs; empty if it gives none
   */
  record Answer(
      int status, String reason, @Nullable String location, @Nullable String retryAfter) {}

  WebPushClient(Vertx vertx, EndpointGuard guard, @Nullable TrustOptions trust) {
    this.guard = guard;
    this.vertx = vertx;
    this.probe = new ConnectionProbe(vertx);
    HttpClientOptions secure =
        options()
            .setSsl(true)
            .setUseAlpn(true)
            .setSslEngineOptions(ClientTls.engine())
            .setProtocolVersion(HttpVersion.HTTP_2);
    if (trust != null) {
      secure.setTrustOptions(trust);
    }
    this.tls = client(vertx, secure);
    // without TLS nobody agrees on HTTP/2, and few understand the request to
    this.plain = client(vertx, options().setProtocolVersion(HttpVersion.HTTP_1_1));
  }

  private static HttpClientOptions options() {
    return new HttpClientOptions()
        .setConnectTimeout(CONNECT_MILLIS)
        .setIdleTimeout(60)
        .setDecompressionSupported(false)
        .setTcpNoDelay(true);
  }

  private static HttpClient client(Vertx vertx, HttpClientOptions options) {
    PoolOptions pool =
        new PoolOptions()
            .setHttp1MaxSize(16)
            .setHttp2MaxSize(HTTP2_CONNECTIONS)
            .setMaxWaitQueueSize(WAITING_MAX);
    return vertx
        .httpClientBuilder()
        .with(options)
        .with(pool)
        // the requests on a connection fail with it
        .withConnectHandler(connection -> connection.exceptionHandler(ignored -> {}))
        .build();
  }

  /**
   * Posts a message; fails where there was no answer, also for an endpoint that is forbidden, and
   * as {@link CauseLook#again}.
   *
   * @param started when the attempt was, by {@link System#nanoTime}: what it posts more than once
   *     has its time but once
   * @param look asked when there is a connection
   */
  Future<Answer> post(
      Endpoint endpoint, List<String[]> headers, Buffer body, long started, CauseLook look) {
    return guard
        .connect(endpoint, address -> open(options(endpoint, address), left(started)))
        .compose(
            request ->
                look.again()
                    .onFailure(unsent -> request.exceptionHandler(itself -> {}).reset())
                    .compose(
                        go ->
                            exchange(
                                request.authority(authority(endpoint)),
                                headers,
                                body,
                                left(started))));
  }

  /**
   * The pool forgets some of those that waited too long for a connection; nobody waits for ever.
   */
  private Future<HttpClientRequest> open(RequestOptions options, long millis) {
    Future<HttpClientRequest> opening = (options.isSsl() ? tls : plain).request(options);
    return opening
        .timeout(millis, TimeUnit.MILLISECONDS)
        .onFailure(failure -> opening.onSuccess(HttpClientRequest::reset));
  }

  private static long left(long startedNanos) {
    long gone = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
    return Math.max(1, ATTEMPT_MILLIS - gone);
  }

  /** An IPv6 address has brackets there (RFC 3986 section 3.2.2). */
  private static HostAndPort authority(Endpoint endpoint) {
    String host = endpoint.host();
    return HostAndPort.create(host.indexOf(':') < 0 ? host : "[" + host + "]", endpoint.port());
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

  private Future<Answer> exchange(
      HttpClientRequest request, List<String[]> headers, Buffer body, long millis) {
    headers.forEach(header -> request.putHeader(header[0], header[1]));
    Future<HttpClientResponse> answered = request.send(body);
    probe.watch(request, answered);
    return answered
        .compose(this::read)
        .timeout(millis, TimeUnit.MILLISECONDS)
        .onFailure(
            failure -> {
              request.reset();
              if (failure instanceof TimeoutException && request.version() != HttpVersion.HTTP_2) {
                // a connection that hangs must not take the next messages too
                request.connection().close();
              }
            });
  }

  /**
   * The beginning of a refusal has the reason; the rest is read off, or cut off where there is
   * much.
   */
  private Future<Answer> read(HttpClientResponse response) {
    Buffer beginning = Buffer.buffer();
    long[] seen = {0};
    Promise<Void> said = Promise.promise();
    response.handler(
        part -> {
          seen[0] += part.length();
          if (beginning.length() < REASON_MAX) {
            beginning.appendBuffer(
                part, 0, Math.min(part.length(), REASON_MAX - beginning.length()));
          } else {
            said.tryComplete();
          }
          if (seen[0] > ANSWER_MAX) {
            response.request().reset();
          }
        });
    response.endHandler(end -> said.tryComplete());
    response.exceptionHandler(ignored -> said.tryComplete());
    if (response.statusCode() < 300) {
      said.tryComplete();
    } else {
      long timer = vertx.setTimer(REASON_MILLIS, id -> said.tryComplete());
      said.future().onComplete(now -> vertx.cancelTimer(timer));
    }
    return said.future()
        .map(
            now ->
                new Answer(
                    response.statusCode(),
                    RefusalReason.of(response.headers(), beginning.toString()),
                    response.getHeader(HttpHeaders.LOCATION),
                    response.getHeader(HttpHeaders.RETRY_AFTER)));
  }

  Future<Void> close() {
    return Future.join(tls.close(), plain.close()).mapEmpty();
  }
}
