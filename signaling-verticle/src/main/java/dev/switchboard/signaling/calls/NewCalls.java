package dev.switchboard.signaling.calls;

import dev.switchboard.shared.trace.CallTraces;
import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.authorize.CallAuthorizer;
import dev.switchboard.signaling.authorize.Verdict;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.Receipt;
import dev.switchboard.signaling.sessions.Session;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Starts calls: has each judged by the team's back end, saves it, and offers it to the devices of
 * its callee. One per edge, on its loop; its futures fail as those of {@link CallService} do.
 */
final class NewCalls {
  /** How often a call of the same device that changes meanwhile is met again. */
  private static final int MAX_CLAIMS = 8;

  private final CallService calls;
  private final CallStore store;
  private final CallSteps steps;
  private final CallMachine machine;
  private final SignalingSettings settings;
  private final CallMetrics metrics;
  private final InstantSource clock;
  private final CallTraces traces;
  private final Optional<CallAuthorizer> authorizer;

  NewCalls(
      EdgeContext context,
      CallService calls,
      CallStore store,
      CallSteps steps,
      CallMachine machine,
      SignalingSettings settings,
      CallMetrics metrics) {
    this.calls = calls;
    this.store = store;
    this.steps = steps;
    this.machine = machine;
    this.settings = settings;
    this.metrics = metrics;
    this.clock = context.clock();
    this.traces = context.node().traces();
    this.authorizer = CallAuthorizer.open(context.vertx(), context.node(), settings.authorize());
  }

  /** Starts a call; the callee has been offered it when this completes, or could not be. */
  Future<Outcome> initiate(Call call, long startedNanos) {
    return traces.span(
        call.callId(),
        "initiate",
        () ->
            authorizer.isEmpty()
                ? begin(call, startedNanos)
                : ask(authorizer.get(), call, startedNanos));
  }

  private Future<Outcome> ask(CallAuthorizer asked, Call call, long startedNanos) {
    return asked
        .ask(CallFields.write(call))
        .compose(
            verdict ->
                verdict instanceof Verdict.Denied denied
                    ? Future.succeededFuture(new Outcome.Refused(denied))
                    : begin(call, startedNanos));
  }

  private Future<Outcome> begin(Call call, long startedNanos) {
    return initiate(call, null, startedNanos, MAX_CLAIMS);
  }

  private Future<Outcome> initiate(
      Call call, @Nullable CallTransaction old, long startedNanos, int tries) {
    CallTransaction made = CallTransaction.create(call, settings, old);
    return steps
        .save(made, sessions -> wasMadeAfterAll(call, sessions, startedNanos))
        .compose(
            saved ->
                switch (saved) {
                  case CallStore.Saved.Done done -> offer(call, done, startedNanos);
                  case CallStore.Saved.Claimed claimed when isOurOwnInDoubt(call, claimed) ->
                      retract(claimed.other())
                          .compose(gone -> initiate(call, null, startedNanos, tries - 1));
                  case CallStore.Saved.Claimed claimed when isRepeat(call, claimed.other()) ->
                      repeat(call, claimed.other(), startedNanos, tries);
                  case CallStore.Saved.Claimed claimed when tries > 0 && isOurOwn(call, claimed) ->
                      initiate(call, end(claimed.other(), call), startedNanos, tries - 1);
                  case CallStore.Saved.Claimed claimed ->
                      Future.succeededFuture(refusedBy(call, claimed));
                  case CallStore.Saved.Limited limited ->
                      Future.succeededFuture(tooMany(limited.retryAfterMillis()));
                  case CallStore.Saved.Unreachable() -> {
                    metrics.ring("unreachable");
                    yield Future.succeededFuture(new Outcome.Refused(CallError.UNAVAILABLE));
                  }
                  case CallStore.Saved.Conflict conflict when old != null && tries > 0 ->
                      initiate(call, null, startedNanos, tries - 1);
                  case CallStore.Saved.Conflict(@Nullable Call present)
                      when present != null && call.requestedBy() != null ->
                      // whose id was chosen beforehand, and another node was faster
                      Future.succeededFuture(new Outcome.Done(present, List.of()));
                  case CallStore.Saved.Conflict conflict ->
                      throw new IllegalStateException("call id used twice: " + call.callId());
                });
  }

  /**
   * A call whose maker was told that a store is away. A caller's device has given up; who asks on
   * behalf of a caller asks again and is answered this call.
   */
  private void wasMadeAfterAll(Call call, CallStore.Sessions sessions, long startedNanos) {
    if (call.isUntaken()) {
      offer(call, new CallStore.Saved.Done(sessions, 1), startedNanos);
    } else {
      retract(call);
    }
  }

  /** True if what stands in the way is a call in doubt, which was refused to its caller. */
  private boolean isOurOwnInDoubt(Call call, CallStore.Saved.Claimed claimed) {
    return claimed.userId().equals(call.callerId()) && steps.withdraw(claimed.other());
  }

  /** True if this device calls this callee already: a client that got no answer asks again. */
  private static boolean isRepeat(Call call, Call other) {
    return other.state() == CallState.RINGING
        && other.hasDevice(call.callerId(), call.callerDevice())
        && other.callerId().equals(call.callerId())
        && other.calleeId().equals(call.calleeId());
  }

  /**
   * Answers the call that is there. If it was refused to the caller, and neither taken back nor
   * offered to anybody in time, it is offered now.
   */
  private Future<Outcome> repeat(Call call, Call other, long startedNanos, int tries) {
    if (!Untold.beginning(other).isLeftToItsCaller(other, clock.millis())) {
      return Future.succeededFuture(new Outcome.Done(other, List.of()));
    }
    return steps
        .takeUnoffered(other)
        .compose(
            unoffered ->
                unoffered
                    ? offerRefused(call, other.callId(), startedNanos, tries)
                    : Future.succeededFuture(new Outcome.Done(other, List.of())));
  }

  private Future<Outcome> offerRefused(Call call, String refused, long startedNanos, int tries) {
    return store
        .look(refused)
        .compose(
            present ->
                present != null && isRepeat(call, present.call())
                    ? offerLate(present.call(), present.sessions(), startedNanos)
                    : initiate(call, null, startedNanos, tries - 1));
  }

  /** True if what stands in the way is a call of this very device, whose app is out of it. */
  private static boolean isOurOwn(Call call, CallStore.Saved.Claimed claimed) {
    return claimed.userId().equals(call.callerId())
        && claimed.other().hasDevice(call.callerId(), call.callerDevice());
  }

  private Outcome tooMany(long retryAfterMillis) {
    metrics.limited("calls");
    metrics.ring("limited");
    return new Outcome.Refused(CallError.TOO_MANY, null, retryAfterMillis);
  }

  private Outcome refusedBy(Call call, CallStore.Saved.Claimed claimed) {
    Call other = claimed.other();
    boolean glare =
        other.state() == CallState.RINGING
            && other.callerId().equals(call.calleeId())
            && other.calleeId().equals(call.callerId());
    if (glare) {
      return new Outcome.Refused(CallError.GLARE, other.callId(), 0);
    }
    if (claimed.userId().equals(call.callerId())) {
      return new Outcome.Refused(CallError.IN_CALL, other.callId(), 0);
    }
    metrics.ring("busy");
    return new Outcome.Refused(CallError.BUSY);
  }

  /** Offers a call whose node died before it could; nobody waits for what becomes of it. */
  void offerLate(Call call, CallStore.Sessions there) {
    offerLate(call, there, System.nanoTime());
  }

  private Future<Outcome> offerLate(Call call, CallStore.Sessions there, long startedNanos) {
    return offer(call, new CallStore.Saved.Done(there, 1), startedNanos);
  }

  private Future<Outcome> offer(Call call, CallStore.Saved.Done saved, long startedNanos) {
    String step = Untold.beginning(call).step();
    List<Session> callee = saved.sessions().of(call.calleeId());
    List<Session> caller = saved.sessions().peersOf(call, call.calleeId());
    String frame = CallFrames.incomingCall(call);
    List<Future<Integer>> reached = new ArrayList<>(callee.size());
    for (Session session : callee) {
      reached.add(
          calls
              .deliveries()
              .send(
                  session,
                  frame,
                  new CallNote.Offer(call, session.deviceId(), caller, step, clock.millis()))
              .compose(receipt -> offered(call, session, receipt, startedNanos)));
    }
    if (call.isUntaken()) {
      tellCaller(call, step, saved.sessions().of(call.callerId()));
    }
    Outcome done = new Outcome.Done(call, callee);
    if (saved.rung() > 0) {
      return calls.dropIfGone(call, call.callerId(), saved.sessions(), done);
    }
    return Future.join(reached)
        .compose(
            all -> {
              int sum = reached.stream().mapToInt(Future::result).sum();
              return sum > 0
                  ? calls.dropIfGone(call, call.callerId(), saved.sessions(), done)
                  : withdraw(call);
            });
  }

  /** Any device of the caller may take a call that was started on the caller's behalf. */
  private void tellCaller(Call call, String step, List<Session> caller) {
    String frame = CallFrames.outgoingCall(call);
    for (Session session : caller) {
      calls
          .deliveries()
          .send(session, frame, new CallNote.News(call, session.deviceId(), List.of(), step));
    }
  }

  /** How many devices this reached: the socket itself, else what a push to its device reaches. */
  private Future<Integer> offered(Call call, Session session, Receipt receipt, long startedNanos) {
    if (receipt == Receipt.DELIVERED) {
      metrics.incoming(System.nanoTime() - startedNanos);
      return Future.succeededFuture(1);
    }
    metrics.ring("probe_unanswered");
    String why = receipt == Receipt.STALE ? "socket is gone" : "its node gave no answer";
    return calls.devices().ring(call, session.deviceId(), why);
  }

  /** Nobody could be reached after all. */
  private Future<Outcome> withdraw(Call call) {
    return calls
        .transition(call.callId(), call, new CallCommand.ReachedNobody())
        .map(gone -> new Outcome.Refused(CallError.UNAVAILABLE));
  }

  /**
   * The end of a call whose device begins another one, since its app is out of it; null if that
   * device is not in it.
   */
  private @Nullable CallTransaction end(Call old, Call begins) {
    long now = clock.millis();
    CallCommand end =
        new CallCommand.Supersede(begins.callerId(), String.valueOf(begins.callerDevice()));
    return machine.decide(old, end, now) instanceof Decision.Changed change
        ? CallTransaction.change(old, change, settings, now)
        : null;
  }

  /** Ends a call that was refused to its caller, unless somebody has offered it since. */
  private Future<Void> retract(Call call) {
    return steps
        .takeUnoffered(call)
        .compose(
            unoffered -> unoffered ? retractUnoffered(call, MAX_CLAIMS) : Future.succeededFuture());
  }

  /** Its device may have dropped and come back meanwhile. */
  private Future<Void> retractUnoffered(Call call, int tries) {
    long now = clock.millis();
    if (tries == 0
        || !(machine.decide(call, new CallCommand.Retract(), now)
            instanceof Decision.Changed change)) {
      return Future.succeededFuture();
    }
    return steps
        .save(CallTransaction.change(call, change, settings, now))
        .compose(
            saved ->
                saved instanceof CallStore.Saved.Conflict(Call present) && present != null
                    ? retractUnoffered(present, tries - 1)
                    : Future.succeededFuture());
  }
}
