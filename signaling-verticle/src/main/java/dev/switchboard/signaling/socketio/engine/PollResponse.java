package dev.switchboard.signaling.socketio.engine;

import java.util.HashMap;
import java.util.Map;

/**
 * The answer to a {@link PollRequest}. CORS headers are added by the edge that holds the
 * connection.
 *
 * @param status the HTTP status
 * @param headers names in lower case
 * @param body the whole body
 */
public record PollResponse(int status, Map<String, String> headers, String body) {
  private static final Map<String, String> TEXT =
      Map.of("content-type", "text/plain; charset=UTF-8");
  // As Node's server: text/plain would make some browsers offer a download.
  private static final Map<String, String> HTML = Map.of("content-type", "text/html");
  private static final Map<String, String> JSON = Map.of("content-type", "application/json");

  static final PollResponse OK = new PollResponse(200, HTML, "ok");
  static final PollResponse NOOP = payload("6");
  static final PollResponse CLOSE = payload("1");

  /** Not for clients: nothing has come for a GET so far, and whoever forwarded it asks again. */
  public static final PollResponse NOTHING_YET = new PollResponse(0, Map.of(), "");

  /** The answer to a request for a session that is not there. */
  public static final PollResponse UNKNOWN = EngineError.UNKNOWN_SID.response();

  /** The answer to a body that is larger than its session takes. */
  public static final PollResponse TOO_LARGE = EngineError.TOO_LARGE.response();

  PollResponse withHeader(String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(name, value);
    return new PollResponse(status, Map.copyOf(more), body);
  }

  static PollResponse payload(String body) {
    return new PollResponse(200, TEXT, body);
  }

  static PollResponse json(int status, String body) {
    return new PollResponse(status, JSON, body);
  }
}
