package dev.switchboard.push.fcm;

import com.google.api.client.http.LowLevelHttpResponse;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One answer to Google's libraries, read whole already. */
final class VertxResponse extends LowLevelHttpResponse {
  private final VertxTransport.Answer answer;
  private final List<Map.Entry<String, String>> headers;

  VertxResponse(VertxTransport.Answer answer) {
    this.answer = answer;
    this.headers = List.copyOf(answer.headers().entrySet());
  }

  @Override
  public InputStream getContent() {
    return new ByteArrayInputStream(answer.body().getBytes());
  }

  @Override
  public @Nullable String getContentEncoding() {
    return answer.headers().get("Content-Encoding");
  }

  @Override
  public long getContentLength() {
    return answer.body().length();
  }

  @Override
  public @Nullable String getContentType() {
    return answer.headers().get("Content-Type");
  }

  @Override
  public String getStatusLine() {
    return "HTTP/1.1 " + answer.status() + " " + answer.reason();
  }

  @Override
  public int getStatusCode() {
    return answer.status();
  }

  @Override
  public String getReasonPhrase() {
    return answer.reason();
  }

  @Override
  public int getHeaderCount() {
    return headers.size();
  }

  @Override
  public String getHeaderName(int index) {
    return headers.get(index).getKey();
  }

  @Override
  public String getHeaderValue(int index) {
    return headers.get(index).getValue();
  }
}
