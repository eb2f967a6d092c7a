package dev.switchboard.signaling.polls;

import io.vertx.core.buffer.Buffer;

/**
 * What the node that a poll reached asks of the session's owner.
 *
 * @param sid the session id
 * @param pollId names the poll
 * @param offset where in a body that is sent or fetched in parts this part begins, in bytes
 * @param last whether this part of a POST is its last
 * @param body a part of a POST; else empty
 */
record PollQuestion(Kind kind, String sid, String pollId, int offset, boolean last, Buffer body) {
  /** What is asked. */
  enum Kind {
    /** Answer a GET, or say in a while that nothing has come. */
    GET,
    /** Take a part of a POST. */
    POST,
    /** Go on with an answer that was too large for one message. */
    REST,
    /** The client has gone. */
    ABANDONED,
    /** The client broke the rules. */
    VIOLATED,
    /** How large a message may the session send? */
    LIMIT
  }

  static PollQuestion of(Kind kind, String sid, String pollId) {
    return new PollQuestion(kind, sid, pollId, 0, true, Buffer.buffer());
  }
}
