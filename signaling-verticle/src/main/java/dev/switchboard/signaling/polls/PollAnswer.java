package dev.switchboard.signaling.polls;

import dev.switchboard.signaling.socketio.engine.PollResponse;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/**
 * What the owner of a session answers.
 *
 * @param status the HTTP status of the answer to the client; {@link #GO_ON} for a part of a POST
 * @param total the length of the whole body, in bytes; of a limit, the limit
 * @param body the part of the body that begins where it was asked for
 */
record PollAnswer(int status, Map<String, String> headers, int total, Buffer body) {
  /** As {@link PollResponse#NOTHING_YET}: ask again, or send the next part. */
  static final int GO_ON = 0;

  static final PollAnswer NEXT = new PollAnswer(GO_ON, Map.of(), 0, Buffer.buffer());

  static PollAnswer limit(int bytes) {
    return new PollAnswer(GO_ON, Map.of(), bytes, Buffer.buffer());
  }
}
