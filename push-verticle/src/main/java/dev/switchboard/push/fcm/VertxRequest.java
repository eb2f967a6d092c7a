package dev.switchboard.push.fcm;

import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import dev.switchboard.push.send.CauseLook;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One request of Google's libraries. Blocks its thread until it is answered. */
final class VertxRequest extends LowLevelHttpRequest {
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
    return new VertxResponse(
        GoogleAnswers.checked(asked(), await(Buffer.buffer(body.toByteArray())), transport.now()));
  }

  private GoogleAnswers.Asked asked() {
    if (uri.getPath().endsWith("/messages:send")) {
      return GoogleAnswers.Asked.MESSAGE;
    }
    return uri.getPath().startsWith("/iid/")
        ? GoogleAnswers.Asked.TOPIC_CHANGE
        : GoogleAnswers.Asked.ACCESS_TOKEN;
  }

  private VertxTransport.Answer await(Buffer body) {
    long usual = VertxTransport.ANSWER_MILLIS;
    boolean ofToken = asked() == GoogleAnswers.Asked.ACCESS_TOKEN;
    long left = Math.max(1, ofToken ? Turn.leftForTokenMillis(usual) : Turn.leftMillis(usual));
    try {
      return transport
          .send(method, uri, headers, body, left, ofToken ? CauseLook.NEVER_OVER : Turn.look())
          .toCompletionStage()
          .toCompletableFuture()
          .get(left + SLACK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw noAnswer("interrupted");
    } catch (ExecutionException | TimeoutException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof CauseLook.OverException over) {
        throw over;
      }
      throw noAnswer(cause.getClass().getSimpleName());
    }
  }

  private static AnsweredException noAnswer(String why) {
    return AnsweredException.unavailable("no answer: " + why);
  }
}
