package dev.switchboard.signaling.socketio.engine;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The GETs and POSTs by which a client carries on its session (Engine.IO protocol 4, polling). */
final class SessionPolls {
  private final EngineSession session;
  private final PollingTransport polling;
  private @Nullable Promise<PollResponse> leavingAnswer;

  SessionPolls(EngineSession session, PollingTransport polling) {
    this.session = session;
    this.polling = polling;
  }

  /** Takes a request. The future never fails. */
  Future<PollResponse> take(PollRequest request) {
    return switch (request.method()) {
      case "GET" -> get(request.pollId());
      case "POST" -> post(request.body());
      default -> Future.succeededFuture(EngineError.BAD_REQUEST.response());
    };
  }

  private Future<PollResponse> get(String pollId) {
    if (session.isLeaving()) {
      session.finish();
      return Future.succeededFuture(PollResponse.NOOP);
    }
    if (polling.hasPoll()) {
      session.fail(CloseCause.TRANSPORT_ERROR);
      return Future.succeededFuture(EngineError.BAD_REQUEST.response());
    }
    Future<PollResponse> answer = polling.poll(pollId);
    if (polling.isDrained()) {
      session.finish();
    } else if (polling.hasPoll()) {
      session.pollWaits();
    }
    return answer;
  }

  private Future<PollResponse> post(Buffer body) {
    return session.decode(body).compose(this::posted);
  }

  private Future<PollResponse> posted(@Nullable List<Object> packets) {
    if (packets == null) {
      session.fail(CloseCause.PARSE_ERROR);
      return Future.succeededFuture(EngineError.BAD_REQUEST.response());
    }
    for (Object packet : packets) {
      if (!session.isOpen()) {
        break;
      }
      if (packet instanceof Buffer message) {
        session.binary(message);
      } else if (packet.equals("1")) {
        return leave();
      } else if (!received((String) packet)) {
        return Future.succeededFuture(EngineError.BAD_REQUEST.response());
      }
    }
    return Future.succeededFuture(PollResponse.OK);
  }

  /** Handles a packet; false if it was one that the protocol does not allow. */
  private boolean received(String packet) {
    boolean message = !packet.isEmpty() && packet.charAt(0) == '4';
    session.packet(packet);
    return message || session.isOpen();
  }

  /**
   * The client closes by POST. Its last poll may have been sent before and still be on its way over
   * another connection: it is waited for a moment, so that it too gets a proper answer, and only
   * then is the POST answered.
   */
  private Future<PollResponse> leave() {
    if (polling.hasPoll()) {
      polling.answer(PollResponse.NOOP);
      session.fail(CloseCause.TRANSPORT_CLOSE);
      return Future.succeededFuture(PollResponse.OK);
    }
    Promise<PollResponse> answer = Promise.promise();
    leavingAnswer = answer;
    session.leave();
    return answer.future();
  }

  /** The session has ended: a POST that closed it is answered. */
  void ended() {
    if (leavingAnswer != null) {
      leavingAnswer.tryComplete(PollResponse.OK);
      leavingAnswer = null;
    }
  }
}
