package dev.switchboard.push.fcm;

import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One request of Google's libraries. Blocks its thread until it is answered. */
final class VertxRequest extends LowLevelHttpRequest {
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;
  private static final long SLACK_MILLIS = 500;

  private final VertxTransport transport;
  private final String method;
  private final URI uri;
  private final Map<String, String> headers = new LinkedHashMap<>();

  VertxRequest(VertxTransport transport, String method, URI uri) {
    this.transport = transport;
    this.method = method;
    this.uri = uri;
  }

  @Override
  public void addHeader(String name, String value) {
    headers.put(name, value);
  }

  @Override
  public LowLevelHttpResponse execute() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (getStreamingContent() != null) {
      getStreamingContent().writeTo(body);
      if (getContentType() != null) {
        headers.put("Content-Type", getContentType());
      }
      if (getContentEncoding() != null) {
        headers.put("Content-Encoding", getContentEncoding());
      }
    }
    VertxTransport.Answer answer = await(Buffer.buffer(body.toByteArray()));
    if (answer.status() == TOO_MANY || answer.status() >= SERVER_ERROR) {
      throw new BusyException(answer.status(), retryAfter(answer.headers().get("Retry-After")));
    }
    return new VertxResponse(answer);
  }

  private VertxTransport.Answer await(Buffer body) throws IOException {
    try {
      return transport
          .send(method, uri, headers, body)
          .toCompletionStage()
          .toCompletableFuture()
          .get(VertxTransport.ANSWER_MILLIS + SLACK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("no answer", e);
    }
  }

  /** Google sends seconds; the date that HTTP also allows is not used by it. */
  private static @Nullable Duration retryAfter(@Nullable String header) {
    return header != null && header.strip().matches("\\d{1,9}")
        ? Duration.ofSeconds(Long.parseLong(header.strip()))
        : null;
  }
}
