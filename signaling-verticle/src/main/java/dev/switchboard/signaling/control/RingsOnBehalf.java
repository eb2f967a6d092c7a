package dev.switchboard.signaling.control;

import dev.switchboard.shared.http.Actor;
import dev.switchboard.shared.http.Refusal;
import dev.switchboard.shared.http.RefusedException;
import dev.switchboard.signaling.calls.Call;
import dev.switchboard.signaling.calls.EdgeCalls;
import dev.switchboard.signaling.calls.Outcome;
import dev.switchboard.signaling.history.PastCalls;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings on behalf of callers, by the same way as a caller's own device. A request that comes again,
 * here or elsewhere, stands for the same call. Belongs to the loop of its edge.
 */
final class RingsOnBehalf {
  private static final Logger log = LoggerFactory.getLogger(RingsOnBehalf.class);

  private final CallRequests requests;
  private final LiveCalls live;
  private final PastCalls past;
  private final EdgeCalls calls;
  private final Duration ringTimeout;
  private final InstantSource clock;

  RingsOnBehalf(
      CallRequests requests,
      LiveCalls live,
      PastCalls past,
      EdgeCalls calls,
      Duration ringTimeout,
      InstantSource clock) {
    this.requests = requests;
    this.live = live;
    this.past = past;
    this.calls = calls;
    this.ringTimeout = ringTimeout;
    this.clock = clock;
  }

  /** A call, and whether this request has made it. */
  record Rung(JsonObject call, boolean isNew) {}

  /** Rings; fails with {@link RefusedException}, also for a repeat of what was refused. */
  Future<Rung> ring(Actor actor, RingRequest request) {
    return requests
        .known(actor.name(), request)
        .compose(
            known -> {
              if (!known.subject().equals(request.subject())) {
                throw RefusedException.conflict("requestId stands for another call");
              }
              JsonObject refused = known.refused();
              if (refused != null) {
                throw refusal(refused);
              }
              return live.find(known.callId())
                  .compose(
                      found ->
                          found.isPresent()
                              ? there(CallView.of(found.get().call()))
                              : past(actor, request, known));
            });
  }

  private static Future<Rung> there(JsonObject call) {
    return Future.succeededFuture(new Rung(call, false));
  }

  /** Looks for a call that ended a while ago; a new one has no record, whatever Postgres says. */
  private Future<Rung> past(Actor actor, RingRequest request, CallRequests.Known known) {
    if (known.isFresh()) {
      return make(actor, request, known);
    }
    return past.find(known.callId())
        .compose(
            found ->
                found.isPresent()
                    ? there(found.get().call().put("live", false))
                    : make(actor, request, known));
  }

  private Future<Rung> make(Actor actor, RingRequest request, CallRequests.Known known) {
    Call call = request.call(known.callId(), actor.name(), clock.millis(), ringTimeout);
    return calls
        .ring(call)
        .compose(
            outcome ->
                switch (outcome) {
                  case Outcome.Done(Call made, var peers) ->
                      Future.succeededFuture(new Rung(CallView.of(made), made.equals(call)));
                  case Outcome.Refused refused -> refuse(actor, request, known, refused);
                });
  }

  private Future<Rung> refuse(
      Actor actor, RingRequest request, CallRequests.Known known, Outcome.Refused refused) {
    String code = refused.error().code();
    if (code.equals("E429")) {
      return Future.failedFuture(RefusedException.limited(refused.retryAfterMillis()));
    }
    JsonObject answer =
        new JsonObject()
            .put("status", code.equals("E103") ? 404 : 409)
            .put("error", name(code))
            .put("detail", refused.error().message())
            .put("code", code)
            // of an attempt that no other call is in the way of, it leads to the timeline
            .put("callId", refused.callId() == null ? known.callId() : refused.callId());
    return requests
        .refused(actor.name(), request, known, answer)
        .onFailure(failure -> log.warn("a refusal is not remembered", failure))
        .transform(remembered -> Future.failedFuture(refusal(answer)));
  }

  private static String name(String code) {
    return switch (code) {
      case "E103" -> "unavailable";
      case "E104" -> "busy";
      case "E107" -> "glare";
      case "E108" -> "in_call";
      default -> "refused";
    };
  }

  private static RefusedException refusal(JsonObject answer) {
    JsonObject more = answer.copy();
    int status = (Integer) more.remove("status");
    String error = (String) more.remove("error");
    String detail = (String) more.remove("detail");
    return new RefusedException(new Refusal(status, error, detail, more));
  }
}
