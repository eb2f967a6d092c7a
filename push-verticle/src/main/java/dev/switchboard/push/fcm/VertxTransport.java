package dev.switchboard.push.fcm;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import dev.switchboard.push.config.ServiceAddress;
import dev.switchboard.push.config.TrustedCa;
import dev.switchboard.push.send.CauseLook;
import dev.switchboard.push.send.ClientTls;
import dev.switchboard.push.send.ConnectionProbe;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Google's HTTP transport over Vert.x: a few HTTP/2 connections that carry all requests at once,
 * where Google's own opens one a request. Its callers block, so they must be on virtual threads.
 * Requests to FCM's hosts go to another address if one is set.
 */
final class VertxTransport extends HttpTransport {
  /** For what no attempt bounds. */
  static final long ANSWER_MILLIS = 5_000;

  /** How long a request waits for a connection: what is sent late may not be wanted any more. */
  static final int CONNECT_MILLIS = 2_000;

  /** A connection that comes too late for one request serves the next; one that hangs does not. */
  private static final int HANDSHAKE_SECONDS = 5;

  /**
   * Enough for all that may be under way, with the usual 100 requests each: the client's pool
   * forgets some of those that wait for a connection too long.
   */
  private static final int HTTP2_CONNECTIONS = 10;

  private static final int HTTP1_CONNECTIONS = 128;
  private static final int IDLE_SECONDS = 60;

  private static final int SLACK_MILLIS = 500;

  /** An answer, whatever its status. */
  record Answer(int status, String reason, Map<String, String> headers, Buffer body) {}

  private volatile Context loop;

  private final HttpClient tls;
  private final HttpClient plain;
  private final Optional<ServiceAddress> endpoint;
  private final ConnectionProbe probe;
  private final InstantSource clock;

  VertxTransport(
      Vertx vertx, Optional<ServiceAddress> endpoint, TrustedCa trusted, InstantSource clock) {
    this.clock = clock;
    this.loop = vertx.getOrCreateContext();
    HttpClientOptions secure =
        new HttpClientOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setSslEngineOptions(ClientTls.engine())
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setConnectTimeout(CONNECT_MILLIS)
            .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
            .setIdleTimeout(IDLE_SECONDS);
    trusted.trustOptions().ifPresent(secure::setTrustOptions);
    PoolOptions pool =
        new PoolOptions().setHttp2MaxSize(HTTP2_CONNECTIONS).setHttp1MaxSize(HTTP1_CONNECTIONS);
    this.tls = vertx.createHttpClient(secure, pool);
    this.plain =
        vertx.createHttpClient(
            new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS).setIdleTimeout(IDLE_SECONDS),
            pool);
    this.endpoint = endpoint;
    this.probe = new ConnectionProbe(vertx);
  }

  /** The time by which dates in answers are read. */
  Instant now() {
    return clock.instant();
  }

  /**
   * Makes requests on this event loop from now on: asked from virtual threads, each has its own.
   */
  void belongTo(Context context) {
    loop = context;
  }

  @Override
  protected LowLevelHttpRequest buildRequest(String method, String url) {
    return new VertxRequest(this, method, URI.create(url));
  }

  /**
   * Sends a request; the future is bounded.
   *
   * @param look asked when there is a connection
   */
  Future<Answer> send(
      String method,
      URI uri,
      Map<String, String> headers,
      Buffer body,
      long millis,
      CauseLook look) {
    boolean google = uri.getHost().endsWith(".googleapis.com");
    ServiceAddress address =
        endpoint
            .filter(other -> google && !uri.getHost().startsWith("oauth2"))
            .orElseGet(() -> ServiceAddress.parse("token_uri", uri.toString()));
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(method))
            .setHost(address.host())
            .setPort(address.port())
            .setSsl(address.tls())
            .setURI(uri.getRawPath() + query)
            // also how long it may wait for a connection of the pool
            .setConnectTimeout(Math.min(millis, CONNECT_MILLIS))
            .setTimeout(millis);
    headers.forEach(options::putHeader);
    HttpClient client = address.tls() ? tls : plain;
    Promise<Answer> answer = Promise.promise();
    loop.runOnContext(
        go ->
            ask(client, options, body, look)
                .timeout(millis, TimeUnit.MILLISECONDS)
                .onComplete(answer));
    return answer.future();
  }

  private Future<Answer> ask(
      HttpClient client, RequestOptions options, Buffer body, CauseLook look) {
    return open(client, options)
        .compose(
            request ->
                look.again()
                    .onFailure(unsent -> request.exceptionHandler(itself -> {}).reset())
                    .map(wanted -> request))
        .compose(
            request -> {
              Future<HttpClientResponse> answered = request.send(body);
              probe.watch(request, answered);
              return answered;
            })
        .compose(
            response ->
                response
                    .body()
                    .map(
                        content -> {
                          Map<String, String> answered =
                              new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
                          response.headers().forEach(answered::put);
                          String reason = response.statusMessage();
                          return new Answer(
                              response.statusCode(),
                              reason == null ? "" : reason,
                              answered,
                              content);
                        }));
  }

  /** The pool forgets some of those that wait for a connection: none is served long after. */
  private static Future<HttpClientRequest> open(HttpClient client, RequestOptions options) {
    Future<HttpClientRequest> opening = client.request(options);
    return opening
        .timeout(options.getConnectTimeout() + SLACK_MILLIS, TimeUnit.MILLISECONDS)
        .onFailure(failure -> opening.onSuccess(HttpClientRequest::reset));
  }

  Future<Void> close() {
    return Future.join(tls.close(), plain.close()).mapEmpty();
  }
}
