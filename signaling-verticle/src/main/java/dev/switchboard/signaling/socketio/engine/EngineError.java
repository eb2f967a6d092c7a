package dev.switchboard.signaling.socketio.engine;

/** Refused requests, with the codes and words of Node's Engine.IO server. */
enum EngineError {
  UNKNOWN_TRANSPORT(400, 0, "Transport unknown"),
  UNKNOWN_SID(400, 1, "Session ID unknown"),
  BAD_HANDSHAKE_METHOD(400, 2, "Bad handshake method"),
  BAD_REQUEST(400, 3, "Bad request"),
  FORBIDDEN(403, 4, "Forbidden"),
  UNSUPPORTED_PROTOCOL_VERSION(400, 5, "Unsupported protocol version"),
  TOO_LARGE(413, 3, "Payload too large"),
  UNKNOWN_EXPECTATION(417, 3, "Expectation failed"),
  DRAINING(503, 3, "Server shutting down");

  private final int status;
  private final String body;

  EngineError(int status, int code, String message) {
    this.status = status;
    body = "{\"code\":" + code + ",\"message\":\"" + message + "\"}";
  }

  PollResponse response() {
    PollResponse response = PollResponse.json(status, body);
    return status == 503 ? response.withHeader("retry-after", "1") : response;
  }
}
