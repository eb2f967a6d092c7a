package dev.switchboard.signaling.socketio.engine;

import io.vertx.core.Future;

/**
 * Where polls go whose session lives on another node. Called on the event loop of the edge that the
 * poll reached; the owner's side answers with {@link EngineServer#poll}.
 */
public interface ForeignSessions {
  /** Refuses every such poll as an unknown session: what a server without a cluster does. */
  ForeignSessions NONE = (_, _) -> Future.succeededFuture(EngineError.UNKNOWN_SID.response());

  /**
   * Hands a poll to its owner. A GET is answered when there is something to send, which may take as
   * long as a ping interval. A failed future is answered to the client as an unknown session.
   */
  Future<PollResponse> forward(EdgeName owner, PollRequest request);

  /**
   * The largest body that a session takes, in bytes; 0 if there is no such session. Asked only for
   * bodies that are larger than every session takes.
   */
  default Future<Integer> maxMessageBytes(EdgeName owner, String sid) {
    return Future.succeededFuture(0);
  }

  /** The client has gone before the poll was answered. */
  default void abandoned(EdgeName owner, PollRequest request) {}

  /** The client broke the rules of HTTP polling: its session ends. */
  default void violated(EdgeName owner, String sid) {}
}
