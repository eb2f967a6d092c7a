package dev.switchboard.ice.provider;

import dev.switchboard.ice.provider.MintOutcome.Refused;
import dev.switchboard.ice.provider.MintOutcome.Unavailable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;

/**
 * Asks a provider for a list: one request, bounded in time and in what it reads. Follows no
 * redirect, which would carry the secret elsewhere. Belongs to one context.
 */
final class ProviderClient {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int MAX_BODY_BYTES = 65_536;
  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  private final Vertx vertx;
  private final ListProvider provider;
  private final long timeoutMillis;
  private final HttpClient client;

  ProviderClient(Vertx vertx, ListProvider provider, long timeoutMillis) {
    this.vertx = vertx;
    this.provider = provider;
    this.timeoutMillis = timeoutMillis;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setSsl(isTls(provider.endpoint()))
                .setConnectTimeout(CONNECT_MILLIS)
                .setKeepAlive(false),
            new PoolOptions().setHttp1MaxSize(2));
  }

  private static boolean isTls(URI endpoint) {
    return "https".equalsIgnoreCase(endpoint.getScheme());
  }

  /** Completes in time whatever the provider does, and never fails. */
  Future<MintOutcome> mint(long lifeSeconds) {
    Promise<MintOutcome> outcome = Promise.promise();
    Future<HttpClientRequest> opened = client.request(options(lifeSeconds));
    long deadline =
        vertx.setTimer(
            timeoutMillis,
            _ -> {
              outcome.tryComplete(new Unavailable("no answer within " + timeoutMillis + " ms", 0));
              opened.onSuccess(HttpClientRequest::reset);
            });
    opened
        .compose(request -> request.send(provider.question(lifeSeconds).body()))
        .onSuccess(response -> read(response, lifeSeconds, outcome))
        .onFailure(e -> outcome.tryComplete(unreachable(e)));
    return outcome.future().onComplete(_ -> vertx.cancelTimer(deadline));
  }

  private RequestOptions options(long lifeSeconds) {
    URI endpoint = provider.endpoint();
    ListProvider.Question question = provider.question(lifeSeconds);
    String prefix = endpoint.getRawPath() == null ? "" : endpoint.getRawPath();
    int byDefault = isTls(endpoint) ? HTTPS_PORT : HTTP_PORT;
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(endpoint.getHost().replaceAll("[\\[\\]]", ""))
            .setPort(endpoint.getPort() < 0 ? byDefault : endpoint.getPort())
            .setSsl(isTls(endpoint))
            .setURI(prefix.replaceAll("/+$", "") + question.path());
    options.putHeader("Accept", "application/json");
    question.headers().forEach(options::putHeader);
    return options;
  }

  private void read(HttpClientResponse response, long asked, Promise<MintOutcome> outcome) {
    int status = response.statusCode();
    response.exceptionHandler(e -> outcome.tryComplete(unreachable(e)));
    if (status != 200 && status != 201) {
      outcome.tryComplete(refused(status, response.getHeader("Retry-After")));
      response.request().reset();
      return;
    }
    Buffer body = Buffer.buffer();
    response.endHandler(_ -> outcome.tryComplete(ProviderAnswer.read(provider, body, asked)));
    response.handler(
        piece -> {
          if (body.length() + piece.length() > MAX_BODY_BYTES) {
            outcome.tryComplete(
                new Unavailable("its answer is over " + MAX_BODY_BYTES + " bytes", 0));
            response.request().reset();
          } else {
            body.appendBuffer(piece);
          }
        });
  }

  private static MintOutcome refused(int status, String retryAfter) {
    boolean later = status == 408 || status == 425 || status == 429;
    return status >= 400 && status < 500 && !later
        ? new Refused(status)
        : new Unavailable("status " + status, seconds(retryAfter) * 1_000);
  }

  /** Of a date only that it is there is taken: the back-off is long enough. */
  private static long seconds(String retryAfter) {
    return retryAfter != null && retryAfter.matches("\\d{1,6}") ? Long.parseLong(retryAfter) : 0;
  }

  private static MintOutcome unreachable(Throwable cause) {
    return new Unavailable("not reachable (" + cause.getClass().getSimpleName() + ")", 0);
  }

  Future<Void> close() {
    return client.close();
  }
}
