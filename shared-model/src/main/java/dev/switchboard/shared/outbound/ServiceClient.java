package dev.switchboard.shared.outbound;

import dev.switchboard.shared.schedule.TimeLimit;
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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Posts JSON to one endpoint that an operator has set. It connects to the very addresses that the
 * guard has checked, follows no redirect, keeps connections, and reads but the beginning of an
 * answer. HTTP/1.1: an attempt that is given up takes its connection with it, so that one which
 * hangs harms no other. Belongs to one event loop.
 */
public final class ServiceClient {
  private static final int IDLE_SECONDS = 60;

  /** What may follow what is read of an answer before the connection is cut, in bytes. */
  private static final int REST_MAX = 64 * 1024;

  private static final long REST_MILLIS = 5_000;

  private final Vertx vertx;
  private final Endpoint endpoint;
  private final EndpointGuard guard;
  private final HttpClient client;

  /**
   * What the service answered.
   *
   * @param body the beginning of it, as far as it was asked for
   * @param whole false if there was more
   */
  public record Answer(int status, Buffer body, boolean whole, @Nullable String retryAfter) {
    /** True for a status of success. */
    public boolean isSuccess() {
      return status >= 200 && status < 300;
    }
  }

  /**
   * A client without connections yet.
   *
   * @param connections how many there may be at once
   * @param trust whose certificates are trusted; null for those that the JDK trusts
   */
  public ServiceClient(
      Vertx vertx,
      Endpoint endpoint,
      EndpointGuard guard,
      int connections,
      @Nullable TrustOptions trust) {
    this.vertx = vertx;
    this.endpoint = endpoint;
    this.guard = guard;
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_1_1)
            .setIdleTimeout(IDLE_SECONDS)
            .setDecompressionSupported(false)
            .setTcpNoDelay(true)
            .setSsl(endpoint.tls());
    if (trust != null) {
      options.setTrustOptions(trust);
    }
    this.client =
        vertx
            .httpClientBuilder()
            .with(options)
            .with(new PoolOptions().setHttp1MaxSize(connections))
            // the requests on a connection fail with it
            .withConnectHandler(connection -> connection.exceptionHandler(ignored -> {}))
            .build();
  }

  /**
   * Posts a body. Fails where there was no answer in time, and with {@link
   * EndpointGuard.ForbiddenEndpointException} for an endpoint that must not be spoken to.
   *
   * @param bodyMax how much of the answer's body is waited for, in bytes; 0 for nothing
   * @param millis what all of it may take: look-up, connection and answer
   */
  public Future<Answer> post(Map<String, String> headers, String body, int bodyMax, long millis) {
    Exchange exchange = new Exchange(headers, Buffer.buffer(body), bodyMax);
    Future<Answer> answer =
        guard
            .connect(endpoint, address -> client.request(options(address, millis)))
            .compose(exchange::begin);
    return TimeLimit.of(vertx, millis, answer).onFailure(failure -> exchange.giveUp());
  }

  /**
   * Connects once and sends nothing, so that the first request does not pay for look-up, connection
   * and the loading of classes. Never fails.
   */
  public Future<Void> prepare(long millis) {
    return guard
        .connect(endpoint, address -> client.request(options(address, millis)))
        .onSuccess(opened -> opened.exceptionHandler(ignored -> {}).reset())
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private RequestOptions options(InetAddress address, long millis) {
    return new RequestOptions()
        .setServer(SocketAddress.inetSocketAddress(endpoint.port(), address.getHostAddress()))
        .setHost(endpoint.host())
        .setPort(endpoint.port())
        .setSsl(endpoint.tls())
        .setMethod(HttpMethod.POST)
        .setURI(endpoint.pathAndQuery())
        .setFollowRedirects(false)
        // also how long it may wait for a connection of the pool
        .setConnectTimeout(millis);
  }

  /** An IPv6 address has brackets there (RFC 3986 section 3.2.2). */
  private HostAndPort authority() {
    String host = endpoint.host();
    return HostAndPort.create(host.indexOf(':') < 0 ? host : "[" + host + "]", endpoint.port());
  }

  /** One attempt, which may be given up at any time. */
  private final class Exchange {
    private final Map<String, String> headers;
    private final Buffer body;
    private final int bodyMax;
    private @Nullable HttpClientRequest request;
    private boolean over;

    Exchange(Map<String, String> headers, Buffer body, int bodyMax) {
      this.headers = headers;
      this.body = body;
      this.bodyMax = bodyMax;
    }

    Future<Answer> begin(HttpClientRequest opened) {
      if (over) {
        opened.reset();
        return Future.failedFuture("given up");
      }
      request = opened;
      opened.authority(authority()).putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
      headers.forEach(opened::putHeader);
      return opened.send(body).compose(this::read);
    }

    private Future<Answer> read(HttpClientResponse response) {
      Buffer beginning = Buffer.buffer();
      Promise<Boolean> said = Promise.promise();
      long[] seen = {0};
      response.handler(
          part -> {
            seen[0] += part.length();
            int room = bodyMax - beginning.length();
            beginning.appendBuffer(part, 0, Math.min(room, part.length()));
            if (seen[0] > bodyMax) {
              said.tryComplete(false);
            }
            if (seen[0] > bodyMax + REST_MAX) {
              response.request().reset();
            }
          });
      long rest = bodyMax > 0 ? -1 : vertx.setTimer(REST_MILLIS, id -> response.request().reset());
      response.endHandler(
          end -> {
            vertx.cancelTimer(rest);
            said.tryComplete(true);
          });
      response.exceptionHandler(said::tryFail);
      if (bodyMax == 0) {
        said.tryComplete(true);
      }
      return said.future()
          .map(
              whole ->
                  new Answer(
                      response.statusCode(),
                      beginning,
                      whole,
                      response.getHeader(HttpHeaders.RETRY_AFTER)));
    }

    void giveUp() {
      over = true;
      if (request != null) {
        request.reset();
      }
    }
  }

  /** Closes its connections. */
  public Future<Void> close() {
    return client.close();
  }
}
