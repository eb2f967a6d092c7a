package dev.switchboard.signaling.calls;

import dev.switchboard.shared.timeline.TimelineStamp;
import dev.switchboard.shared.trace.CallTraces;
import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.authorize.CallAuthorizer;
import dev.switchboard.signaling.authorize.Verdict;
import dev.switchboard.signaling.calls.Decision.Effect;
import dev.switchboard.signaling.edge.Deliveries;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.Receipt;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.sessions.SessionStore;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Loads, decides, saves by compare-and-set, then runs the effects. One per edge, on its loop. A
 * future fails only with {@link dev.switchboard.shared.redis.StoreUnavailableException} or a bug.
 */
final class CallService {
  private static final int MAX_TRIES = 16;

  /** How often a call of the same device that changes meanwhile is met again. */
  private static final int MAX_CLAIMS = 8;

  private final SignalingSettings settings;
  private final CallStore calls;
  private final CallMachine machine;
  private final CallMetrics metrics;
  private final InstantSource clock;
  private final CallDevices devices;
  private final Deliveries<Session> deliveries;
  private final CallNews news;
  private final CallSteps steps;
  private final UntoldNews untold;
  private final Optional<CallAuthorizer> authorizer;
  private final CallTraces traces;

  CallService(
      EdgeContext context,
      SignalingSettings settings,
      TimelineStamp stamp,
      SessionStore sessions,
      CallMetrics metrics) {
    this.settings = settings;
    this.calls = new CallStore(context.redis(), stamp);
    this.machine = new CallMachine(settings.reconnectGrace().toMillis());
    this.metrics = metrics;
    this.clock = context.clock();
    this.devices = new CallDevices(context, settings, sessions, calls, this);
    this.deliveries = context.deliveries(devices::repair);
    this.news = new CallNews(settings, calls, deliveries, clock);
    UntoldSteps untoldSteps = new UntoldSteps(context.vertx(), context.redis());
    this.steps = new CallSteps(context, calls, news, metrics, untoldSteps);
    this.untold =
        new UntoldNews(
            calls,
            news,
            untoldSteps,
            clock,
            (call, step, there) ->
                offer(call, step, new CallStore.Saved.Done(there, 1), System.nanoTime()));
    this.traces = context.node().traces();
    this.authorizer = CallAuthorizer.open(context.vertx(), context.node(), settings.authorize());
  }

  Deliveries<Session> deliveries() {
    return deliveries;
  }

  CallDevices devices() {
    return devices;
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
        .save(made, sessions -> wasMadeAfterAll(call, made.step(), sessions, startedNanos))
        .compose(
            saved ->
                switch (saved) {
                  case CallStore.Saved.Done done -> offer(call, made.step(), done, startedNanos);
                  case CallStore.Saved.Claimed claimed when isOurOwnInDoubt(call, claimed) ->
                      retract(claimed.other())
                          .compose(gone -> initiate(call, null, startedNanos, tries - 1));
                  case CallStore.Saved.Claimed claimed when isRepeat(call, claimed.other()) ->
                      Future.succeededFuture(new Outcome.Done(claimed.other(), List.of()));
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
  private void wasMadeAfterAll(
      Call call, String step, CallStore.Sessions sessions, long startedNanos) {
    if (call.isUntaken()) {
      offer(call, step, new CallStore.Saved.Done(sessions, 1), startedNanos);
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

  private Future<Outcome> offer(
      Call call, String step, CallStore.Saved.Done saved, long startedNanos) {
    List<Session> callee = saved.sessions().of(call.calleeId());
    List<Session> caller = saved.sessions().peersOf(call, call.calleeId());
    String frame = CallFrames.incomingCall(call);
    List<Future<Integer>> reached = new ArrayList<>(callee.size());
    for (Session session : callee) {
      reached.add(
          deliveries
              .send(session, frame, new CallNote.Offer(call, session.deviceId(), caller, step))
              .compose(receipt -> offered(call, session, receipt, startedNanos)));
    }
    if (call.isUntaken()) {
      tellCaller(call, step, saved.sessions().of(call.callerId()));
    }
    Outcome done = new Outcome.Done(call, callee);
    if (saved.rung() > 0) {
      return dropIfGone(call, call.callerId(), saved.sessions(), done);
    }
    return Future.join(reached)
        .compose(
            all -> {
              int sum = reached.stream().mapToInt(Future::result).sum();
              return sum > 0
                  ? dropIfGone(call, call.callerId(), saved.sessions(), done)
                  : withdraw(call);
            });
  }

  /**
   * A device that dropped before the step that brought it into the call was saved: nobody has
   * noticed, since it was in no call then. It drops now.
   */
  private Future<Outcome> dropIfGone(
      Call call, String userId, CallStore.Sessions sessions, Outcome done) {
    String device = call.deviceOf(userId);
    if (device == null) {
      return Future.succeededFuture(done); // of a caller of whom no device has taken it
    }
    for (Session session : sessions.of(userId)) {
      if (call.hasDevice(userId, session.deviceId())) {
        return Future.succeededFuture(done);
      }
    }
    return transition(call.callId(), call, new CallCommand.DeviceLost(userId, device)).map(done);
  }

  /** An end that came late; see {@link CallNews#late}. */
  void late(CallSocket to, CallNote.News news, String frame) {
    this.news.late(to, news, frame);
  }

  /** Tells of steps whose node died before it could; never fails. */
  Future<Void> tellUntold() {
    return untold.tell();
  }

  /** Any device of the caller may take a call that was started on the caller's behalf. */
  private void tellCaller(Call call, String step, List<Session> caller) {
    String frame = CallFrames.outgoingCall(call);
    for (Session session : caller) {
      deliveries.send(session, frame, new CallNote.News(call, session.deviceId(), List.of(), step));
    }
  }

  /** What a device of the caller gets that has taken the call. */
  Future<List<String>> takeKept(Call call) {
    return calls.takeKept(call);
  }

  /** How many devices this reached: the socket itself, else what a push to its device reaches. */
  private Future<Integer> offered(Call call, Session session, Receipt receipt, long startedNanos) {
    if (receipt == Receipt.DELIVERED) {
      metrics.incoming(System.nanoTime() - startedNanos);
      return Future.succeededFuture(1);
    }
    metrics.ring("probe_unanswered");
    String why = receipt == Receipt.STALE ? "socket is gone" : "its node gave no answer";
    return devices.ring(call, session.deviceId(), why);
  }

  /** Nobody could be reached after all. */
  private Future<Outcome> withdraw(Call call) {
    return transition(call.callId(), call, new CallCommand.ReachedNobody())
        .map(gone -> new Outcome.Refused(CallError.UNAVAILABLE));
  }

  /**
   * Brings a command to a call. {@code known} is the call as the socket knows it, which saves a
   * look; if it is stale the decision is made again with what is there.
   */
  Future<Outcome> transition(String callId, @Nullable Call known, CallCommand command) {
    return traces.span(
        callId,
        command.name(),
        () ->
            known != null
                ? attempt(known, command, MAX_TRIES)
                : calls.load(callId).compose(call -> attempt(call, command, MAX_TRIES)));
  }

  private Future<Outcome> attempt(@Nullable Call call, CallCommand command, int tries) {
    if (call == null) {
      return Future.succeededFuture(new Outcome.Refused(CallError.NO_SUCH_CALL));
    }
    if (tries == 0) {
      throw new IllegalStateException("call " + call.callId() + " changes too fast");
    }
    long now = clock.millis();
    return switch (machine.decide(call, command, now)) {
      case Decision.Refused(CallError error) ->
          Future.succeededFuture(new Outcome.Refused(error, call.callId(), 0));
      case Decision.Unchanged(Call same) ->
          Future.succeededFuture(new Outcome.Done(same, List.of()));
      case Decision.Changed changed ->
          apply(CallTransaction.change(call, changed, settings, now), command, tries);
    };
  }

  private Future<Outcome> apply(CallTransaction transaction, CallCommand command, int tries) {
    return steps
        .save(transaction)
        .compose(
            saved ->
                switch (saved) {
                  // The call in the way may be the one that has changed.
                  case CallStore.Saved.Conflict conflict when transaction.superseded() != null ->
                      attempt(transaction.before(), command, tries - 1);
                  case CallStore.Saved.Conflict(Call present) ->
                      attempt(present, command, tries - 1);
                  case CallStore.Saved.Claimed(String user, Call other)
                      when command instanceof CallCommand.Accept accept ->
                      acceptInPlaceOf(other, transaction, accept, tries - 1);
                  case CallStore.Saved.Done done -> {
                    Call next = transaction.next();
                    CallStore.Sessions sessions = done.sessions();
                    Outcome out = new Outcome.Done(next, peersOf(command, next, sessions));
                    yield command instanceof CallCommand.Accept accept
                        ? dropIfGone(next, accept.userId(), sessions, out)
                        : Future.succeededFuture(out);
                  }
                  default ->
                      throw new IllegalStateException("not the answer to a change: " + saved);
                });
  }

  /** A call that waited is accepted while the callee is in another one. */
  private Future<Outcome> acceptInPlaceOf(
      Call other, CallTransaction transaction, CallCommand.Accept accept, int tries) {
    long now = clock.millis();
    CallCommand end = new CallCommand.Supersede(accept.userId(), accept.deviceId());
    return switch (machine.decide(other, end, now)) {
      case Decision.Refused(CallError error) ->
          Future.succeededFuture(new Outcome.Refused(error, other.callId(), 0));
      case Decision.Unchanged unchanged -> attempt(transaction.before(), accept, tries);
      case Decision.Changed ends -> {
        CallTransaction ended = CallTransaction.change(other, ends, settings, now);
        yield apply(transaction.inPlaceOf(ended), accept, tries);
      }
    };
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

  /** Ends a call that was refused to its caller: only devices that were pushed are notified. */
  private Future<Void> retract(Call call) {
    long now = clock.millis();
    CallCommand end = new CallCommand.End(call.callerId(), String.valueOf(call.callerDevice()));
    if (!(machine.decide(call, end, now) instanceof Decision.Changed(Call over, var all))) {
      return Future.succeededFuture();
    }
    List<Effect> pushes = all.stream().filter(one -> !(one instanceof Effect.Notify)).toList();
    Decision.Changed quiet = new Decision.Changed(over, pushes);
    return steps.save(CallTransaction.change(call, quiet, settings, now)).mapEmpty();
  }

  private static List<Session> peersOf(
      CallCommand command, Call call, CallStore.Sessions sessions) {
    return switch (command) {
      case CallCommand.Accept c -> sessions.peersOf(call, c.userId());
      case CallCommand.DeviceBack c -> sessions.peersOf(call, c.userId());
      default -> List.of();
    };
  }

  /** Decides what a deadline was set for; true if nothing is left to decide. */
  Future<Boolean> due(String member) {
    CallDeadline deadline = CallDeadline.parse(member);
    if (deadline == null) {
      return Future.succeededFuture(true);
    }
    return calls
        .load(deadline.callId())
        .compose(
            call ->
                call == null
                    ? Future.succeededFuture(true)
                    : transition(call.callId(), call, deadline.command(call))
                        .map(
                            outcome ->
                                outcome instanceof Outcome.Done(Call after, var peers)
                                    && !after.state().isLive()));
  }

  /** Whether a user is a party of a call, over or not; answers why not, or null. */
  Future<@Nullable CallError> partyOf(String callId, @Nullable Call known, String userId) {
    Future<@Nullable Call> found =
        known == null ? calls.load(callId) : Future.succeededFuture(known);
    return found.map(
        call -> {
          if (call == null) {
            return CallError.NO_SUCH_CALL;
          }
          return call.isParty(userId) ? null : CallError.NOT_AUTHORISED;
        });
  }

  /** Notifies a client that named no device, and is back, that the call is its own. */
  void mayResume(@Nullable Session successor) {
    if (successor != null) {
      deliveries.send(successor, null, new CallNote.MayResume());
    }
  }

  /**
   * Finds where signaling goes that did not get through, or keeps it; news of the call that did not
   * get through either, such as its answer, goes first.
   */
  Future<CallStore.Route> route(
      String callId, CallStore.Party from, String to, String frame, CallStore.Missed missed) {
    return news.settled(callId)
        .compose(kept -> calls.route(callId, from, to, frame, settings.keepMillis(), missed));
  }
}
