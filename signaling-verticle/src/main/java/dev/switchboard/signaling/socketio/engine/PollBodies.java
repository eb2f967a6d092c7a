package dev.switchboard.signaling.socketio.engine;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the bodies of POSTs, up to what their session takes (RFC 9110 section 10.1.1 too). */
final class PollBodies {
  /** How much of a body that is too large is read and thrown away before the connection is cut. */
  private static final long MAX_DISCARDED_BYTES = 64L << 20;

  private PollBodies() {}

  /** What a body's length is said to be, in bytes; 0 where that is not said. */
  static long announcedBytes(HttpServerRequest request) {
    String length = request.getHeader("content-length");
    return length == null ? 0 : Long.parseLong(length);
  }

  /** What the client wants to hear before it sends the body; null if it does not wait. */
  private static @Nullable String expectation(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_1_0 ? null : request.getHeader("expect");
  }

  /** True if the client may be waiting with a body that a refusal is never followed by. */
  static boolean isHeldBack(HttpServerRequest request) {
    return expectation(request) != null;
  }

  /**
   * Reads a body.
   *
   * @param refused called at most once, with the answer, as soon as it is clear that nothing will
   *     come of the body; the rest is read and dropped, or the client would not get to reading it
   */
  static void read(
      HttpServerRequest request,
      int maxBytes,
      Consumer<Buffer> whole,
      Consumer<EngineError> refused) {
    Buffer body = Buffer.buffer();
    long[] discarded = {0};
    boolean[] ended = {false};
    Consumer<EngineError> refuse =
        error -> {
          if (!ended[0]) {
            ended[0] = true;
            refused.accept(error);
          }
        };
    request.handler(
        part -> {
          if (!ended[0] && body.length() + (long) part.length() <= maxBytes) {
            body.appendBuffer(part);
            return;
          }
          refuse.accept(EngineError.TOO_LARGE);
          discarded[0] += part.length();
          if (discarded[0] > MAX_DISCARDED_BYTES) {
            request.connection().close();
          }
        });
    request.endHandler(
        _ -> {
          if (!ended[0]) {
            ended[0] = true;
            whole.accept(body);
          }
        });
    begin(request, maxBytes, refuse);
  }

  private static void begin(HttpServerRequest request, int maxBytes, Consumer<EngineError> refuse) {
    String expected = expectation(request);
    if (announcedBytes(request) > maxBytes) {
      refuse.accept(EngineError.TOO_LARGE);
    } else if (expected != null && !expected.equalsIgnoreCase("100-continue")) {
      refuse.accept(EngineError.UNKNOWN_EXPECTATION);
    } else if (expected != null) {
      request.response().writeContinue();
    }
  }
}
