package dev.switchboard.signaling.polls;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.signaling.socketio.engine.EngineServer;
import dev.switchboard.signaling.socketio.engine.PollRequest;
import dev.switchboard.signaling.socketio.engine.PollResponse;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.HashMap;
import java.util.Map;

/**
 * The side of the edge that owns the sessions: answers what other nodes ask for their clients.
 * Belongs to that edge's loop, and ends with its verticle.
 */
public final class PollOwner {
  private static final long KEEP_NANOS = 10_000_000_000L;
  private static final long PURGE_MILLIS = 5_000;
  private static final int BAD_QUESTION = 400;

  private final Vertx vertx;
  private final EdgeId edge;
  private final EngineServer server;
  private final Map<String, Part> uploads = new HashMap<>();
  private final Map<String, Part> answers = new HashMap<>();

  /** A body of which a part is still to come or to be fetched. */
  private record Part(PollAnswer answer, Buffer body, long sinceNanos) {}

  public PollOwner(Vertx vertx, EdgeId edge, EngineServer server) {
    this.vertx = vertx;
    this.edge = edge;
    this.server = server;
  }

  /** Makes the edge's sessions reachable for other nodes; completes when the bus knows. */
  public Future<Void> start() {
    MessageConsumer<Buffer> registered =
        vertx.eventBus().consumer(BusAddresses.polls(edge), this::asked);
    vertx.setPeriodic(PURGE_MILLIS, id -> purge());
    return registered.completion();
  }

  private void asked(Message<Buffer> message) {
    try {
      PollQuestion question = PollWire.question(message.body());
      answer(question).onSuccess(answer -> message.reply(PollWire.write(answer)));
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      message.fail(BAD_QUESTION, "not a question about a poll");
    }
  }

  private Future<PollAnswer> answer(PollQuestion question) {
    PollRequest request =
        new PollRequest(question.sid(), question.pollId(), "GET", Buffer.buffer());
    return switch (question.kind()) {
      case GET ->
          server
              .poll(request, PollForwarder.HOLD_MILLIS)
              .map(response -> begin(question.pollId(), response));
      case POST -> post(question);
      case REST -> Future.succeededFuture(rest(question));
      case ABANDONED -> {
        uploads.remove(question.pollId());
        answers.remove(question.pollId());
        server.abandoned(request);
        yield Future.succeededFuture(PollAnswer.NEXT);
      }
      case VIOLATED -> {
        server.violated(question.sid());
        yield Future.succeededFuture(PollAnswer.NEXT);
      }
      case LIMIT ->
          Future.succeededFuture(PollAnswer.limit(server.maxMessageBytes(question.sid())));
    };
  }

  private Future<PollAnswer> post(PollQuestion question) {
    String pollId = question.pollId();
    Part begun = uploads.remove(pollId);
    Buffer body = begun == null ? Buffer.buffer() : begun.body();
    if (question.offset() != body.length()) {
      return Future.succeededFuture(begin(pollId, PollResponse.UNKNOWN));
    }
    body.appendBuffer(question.body());
    if (body.length() > server.maxMessageBytes(question.sid())) {
      boolean known = server.maxMessageBytes(question.sid()) > 0;
      server.violated(question.sid());
      return Future.succeededFuture(
          begin(pollId, known ? PollResponse.TOO_LARGE : PollResponse.UNKNOWN));
    }
    if (!question.last()) {
      uploads.put(pollId, new Part(PollAnswer.NEXT, body, System.nanoTime()));
      return Future.succeededFuture(PollAnswer.NEXT);
    }
    return server
        .poll(new PollRequest(question.sid(), pollId, "POST", body), PollForwarder.HOLD_MILLIS)
        .map(response -> begin(pollId, response));
  }

  /** The first part of an answer; the rest, if there is one, waits to be fetched. */
  private PollAnswer begin(String pollId, PollResponse response) {
    Buffer body = Buffer.buffer(response.body());
    PollAnswer first =
        new PollAnswer(
            response.status(),
            response.headers(),
            body.length(),
            body.slice(0, Math.min(body.length(), PollWire.PART_BYTES)));
    if (body.length() > PollWire.PART_BYTES) {
      answers.put(pollId, new Part(first, body, System.nanoTime()));
    }
    return first;
  }

  private PollAnswer rest(PollQuestion question) {
    Part waiting = answers.get(question.pollId());
    if (waiting == null || question.offset() < 0 || question.offset() >= waiting.body().length()) {
      return PollAnswer.NEXT;
    }
    int to = Math.min(waiting.body().length(), question.offset() + PollWire.PART_BYTES);
    if (to == waiting.body().length()) {
      answers.remove(question.pollId());
    }
    return new PollAnswer(
        waiting.answer().status(),
        waiting.answer().headers(),
        waiting.body().length(),
        waiting.body().slice(question.offset(), to));
  }

  private void purge() {
    long now = System.nanoTime();
    uploads.values().removeIf(part -> now - part.sinceNanos() > KEEP_NANOS);
    answers.values().removeIf(part -> now - part.sinceNanos() > KEEP_NANOS);
  }
}
