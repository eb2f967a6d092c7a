package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.edge.Receipt;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.socketio.EncodedPacket;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a call begins: it is saved, then offered to the callee's devices. One per edge, on its loop.
 */
final class Initiation {
  /** How often a call of the same device that changes meanwhile is met again. */
  private static final int MAX_TRIES = 8;

  private final SignalingSettings settings;
  private final CallSaves saves;
  private final CallService service;
  private final EdgeRouter router;
  private final CallMetrics metrics;

  Initiation(
      SignalingSettings settings,
      CallSaves saves,
      CallService service,
      EdgeRouter router,
      CallMetrics metrics) {
    this.settings = settings;
    this.saves = saves;
    this.service = service;
    this.router = router;
    this.metrics = metrics;
  }

  /** Starts a call; the callee has been offered it when this completes, or could not be. */
  Future<Outcome> initiate(Call call, long startedNanos) {
    return initiate(call, null, startedNanos, MAX_TRIES);
  }

  private Future<Outcome> initiate(
      Call call, CallPlan.@Nullable Superseded old, long startedNanos, int tries) {
    return service
        .save(CallPlan.create(call, settings, old), sessions -> service.retract(call))
        .compose(
            saved ->
                switch (saved) {
                  case CallStore.Saved.Done done -> offer(call, done, startedNanos);
                  case CallStore.Saved.Claimed claimed when isOurGhost(call, claimed) ->
                      service
                          .retract(claimed.other())
                          .compose(gone -> initiate(call, null, startedNanos, tries - 1));
                  case CallStore.Saved.Claimed claimed when isRepeat(call, claimed.other()) ->
                      Future.succeededFuture(new Outcome.Done(claimed.other(), List.of()));
                  case CallStore.Saved.Claimed claimed when tries > 0 && isOurOwn(call, claimed) ->
                      initiate(
                          call,
                          service
                              .superseded(claimed.other(), call.callerId(), call.callerDevice())
                              .orElse(null),
                          startedNanos,
                          tries - 1);
                  case CallStore.Saved.Claimed claimed ->
                      Future.succeededFuture(refusedBy(call, claimed));
                  case CallStore.Saved.Limited limited ->
                      Future.succeededFuture(tooMany(limited.retryAfterMillis()));
                  case CallStore.Saved.Unreachable() ->
                      Future.succeededFuture(new Outcome.Refused(CallError.UNAVAILABLE));
                  case CallStore.Saved.Conflict conflict when old != null && tries > 0 ->
                      initiate(call, null, startedNanos, tries - 1);
                  case CallStore.Saved.Conflict conflict ->
                      throw new IllegalStateException("call id used twice: " + call.callId());
                });
  }

  /** True if what stands in the way is a call that its caller was told of as failed. */
  private boolean isOurGhost(Call call, CallStore.Saved.Claimed claimed) {
    return claimed.userId().equals(call.callerId()) && saves.layGhost(claimed.other().callId());
  }

  /** True if this device calls this callee already: a client that heard no answer asks again. */
  private static boolean isRepeat(Call call, Call other) {
    return other.state() == CallState.RINGING
        && other.hasDevice(call.callerId(), call.callerDevice())
        && other.callerId().equals(call.callerId())
        && other.calleeId().equals(call.calleeId());
  }

  /** True if what stands in the way is a call of this very device, whose app is out of it. */
  private static boolean isOurOwn(Call call, CallStore.Saved.Claimed claimed) {
    return claimed.userId().equals(call.callerId())
        && claimed.other().hasDevice(call.callerId(), call.callerDevice());
  }

  private Outcome tooMany(long retryAfterMillis) {
    metrics.limited("calls");
    return new Outcome.Refused(CallError.TOO_MANY, null, retryAfterMillis);
  }

  private static Outcome refusedBy(Call call, CallStore.Saved.Claimed claimed) {
    Call other = claimed.other();
    boolean glare =
        other.state() == CallState.RINGING
            && other.callerId().equals(call.calleeId())
            && other.calleeId().equals(call.callerId());
    if (glare) {
      return new Outcome.Refused(CallError.GLARE, other.callId(), 0);
    }
    return claimed.userId().equals(call.callerId())
        ? new Outcome.Refused(CallError.IN_CALL, other.callId(), 0)
        : new Outcome.Refused(CallError.BUSY);
  }

  private Future<Outcome> offer(Call call, CallStore.Saved.Done saved, long startedNanos) {
    CallLog.entered(call);
    List<Session> callee = saved.sessions().of(call.calleeId());
    List<Session> caller = CallLink.peersFor(call, call.calleeId(), saved.sessions());
    String frame = incomingCall(call).text();
    List<Future<Integer>> reached = new ArrayList<>(callee.size());
    for (Session session : callee) {
      EdgeMessage message =
          new EdgeMessage(
              session.socketId(),
              EdgeMessage.Kind.WRITE_AND_PROBE,
              frame,
              CallLink.note(call, session.deviceId(), caller));
      reached.add(
          router
              .send(session.edge(), message)
              .compose(receipt -> offered(call, session, receipt, startedNanos)));
    }
    Outcome done = new Outcome.Done(call, callee);
    if (saved.rung() > 0) {
      return Future.succeededFuture(done);
    }
    return Future.join(reached)
        .compose(
            all -> {
              int sum = reached.stream().mapToInt(Future::result).sum();
              return sum > 0 ? Future.succeededFuture(done) : withdraw(call);
            });
  }

  /** How many devices this reached: the socket itself, else what a push to its device reaches. */
  private Future<Integer> offered(Call call, Session session, Receipt receipt, long startedNanos) {
    return switch (receipt) {
      case DELIVERED -> {
        metrics.incoming(System.nanoTime() - startedNanos);
        yield Future.succeededFuture(1);
      }
      case NO_SESSION ->
          service.repair(session).compose(gone -> service.ringDevice(call, session.deviceId()));
      case UNKNOWN -> service.ringDevice(call, session.deviceId());
    };
  }

  /** Nobody could be reached after all. */
  private Future<Outcome> withdraw(Call call) {
    return service
        .transition(call.callId(), call, new CallCommand.ReachedNobody())
        .map(gone -> new Outcome.Refused(CallError.UNAVAILABLE));
  }

  static EncodedPacket incomingCall(Call call) {
    return EncodedPacket.event(
        "incoming_call",
        new JsonObject()
            .put("callId", call.callId())
            .put("callerId", call.callerId())
            .put("callerName", call.callerName())
            .put("callerAvatar", call.callerAvatar())
            .put("callType", call.callType())
            .put("timestamp", call.createdAt()));
  }
}
