package dev.switchboard.signaling.polls;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.signaling.socketio.engine.EdgeName;
import dev.switchboard.signaling.socketio.engine.ForeignSessions;
import dev.switchboard.signaling.socketio.engine.PollRequest;
import dev.switchboard.signaling.socketio.engine.PollResponse;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The side of the node that a poll reached. It holds no state of the session: it asks the owner
 * again and again, each time for a bounded while, so that a client never waits long for a node that
 * has died. One for a process; thread-safe.
 */
public final class PollForwarder implements ForeignSessions {
  /** How long the owner may let one question about a GET wait, in milliseconds. */
  static final long HOLD_MILLIS = 5_000;

  /** How much longer its answer may be on the way. */
  static final long ANSWER_MILLIS = 2_000;

  private static final Logger log = LoggerFactory.getLogger(PollForwarder.class);

  private final EventBus bus;
  private final DeliveryOptions quick = new DeliveryOptions().setSendTimeout(ANSWER_MILLIS);
  private final DeliveryOptions holding =
      new DeliveryOptions().setSendTimeout(HOLD_MILLIS + ANSWER_MILLIS);
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();

  public PollForwarder(EventBus bus) {
    this.bus = bus;
  }

  @Override
  public Future<PollResponse> forward(EdgeName owner, PollRequest request) {
    underWay.add(request.pollId());
    return (request.method().equals("POST") ? post(owner, request, 0) : get(owner, request))
        .onComplete(done -> underWay.remove(request.pollId()))
        .recover(
            failure -> {
              // The answer may be lost, and packets with it: the session can't go on.
              tell(owner, PollQuestion.Kind.ABANDONED, request.sid(), request.pollId());
              return Future.succeededFuture(PollResponse.UNKNOWN);
            });
  }

  private Future<PollResponse> get(EdgeName owner, PollRequest request) {
    return ask(
            owner, PollQuestion.of(PollQuestion.Kind.GET, request.sid(), request.pollId()), holding)
        .compose(
            answer -> {
              if (answer.status() != PollAnswer.GO_ON) {
                return whole(owner, request, answer, Buffer.buffer());
              }
              return underWay.contains(request.pollId())
                  ? get(owner, request)
                  : Future.succeededFuture(PollResponse.UNKNOWN);
            });
  }

  private Future<PollResponse> post(EdgeName owner, PollRequest request, int from) {
    int to = Math.min(request.body().length(), from + PollWire.PART_BYTES);
    boolean last = to == request.body().length();
    PollQuestion part =
        new PollQuestion(
            PollQuestion.Kind.POST,
            request.sid(),
            request.pollId(),
            from,
            last,
            request.body().slice(from, to));
    return ask(owner, part, quick)
        .compose(
            answer ->
                answer.status() == PollAnswer.GO_ON && !last
                    ? post(owner, request, to)
                    : whole(owner, request, answer, Buffer.buffer()));
  }

  private Future<PollResponse> whole(
      EdgeName owner, PollRequest request, PollAnswer answer, Buffer before) {
    before.appendBuffer(answer.body());
    if (before.length() >= answer.total()) {
      return Future.succeededFuture(
          new PollResponse(
              answer.status(), answer.headers(), before.toString(StandardCharsets.UTF_8)));
    }
    PollQuestion rest =
        new PollQuestion(
            PollQuestion.Kind.REST,
            request.sid(),
            request.pollId(),
            before.length(),
            true,
            Buffer.buffer());
    return ask(owner, rest, quick)
        .compose(
            next ->
                next.status() == answer.status() && next.body().length() > 0
                    ? whole(owner, request, next, before)
                    : Future.failedFuture("the rest of an answer is gone"));
  }

  @Override
  public Future<Integer> maxMessageBytes(EdgeName owner, String sid) {
    return ask(owner, PollQuestion.of(PollQuestion.Kind.LIMIT, sid, ""), quick)
        .map(PollAnswer::total);
  }

  @Override
  public void abandoned(EdgeName owner, PollRequest request) {
    if (underWay.remove(request.pollId())) {
      tell(owner, PollQuestion.Kind.ABANDONED, request.sid(), request.pollId());
    }
  }

  @Override
  public void violated(EdgeName owner, String sid) {
    tell(owner, PollQuestion.Kind.VIOLATED, sid, "");
  }

  private void tell(EdgeName owner, PollQuestion.Kind kind, String sid, String pollId) {
    ask(owner, PollQuestion.of(kind, sid, pollId), quick)
        .onFailure(failure -> log.debug("{} could not be told: {}", kind, failure.getMessage()));
  }

  private Future<PollAnswer> ask(EdgeName owner, PollQuestion question, DeliveryOptions options) {
    String address = BusAddresses.polls(new EdgeId(owner.node(), owner.index()));
    return bus.<Buffer>request(address, PollWire.write(question), options)
        .map(reply -> PollWire.answer(reply.body()));
  }
}
