package dev.switchboard.signaling.calls;

import dev.switchboard.shared.timeline.TimelineStamp;
import dev.switchboard.shared.trace.CallTraces;
import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.edge.Deliveries;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.sessions.SessionStore;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings commands to calls: loads, decides, saves by compare-and-set, then runs the effects; {@link
 * NewCalls} starts them. One per edge, on its loop. A future fails only with {@link
 * dev.switchboard.shared.redis.StoreUnavailableException} or a bug.
 */
final class CallService {
  private static final int MAX_TRIES = 16;

  private final SignalingSettings settings;
  private final CallStore calls;
  private final CallMachine machine;
  private final InstantSource clock;
  private final CallDevices devices;
  private final Deliveries<Session> deliveries;
  private final CallNews news;
  private final CallSteps steps;
  private final UntoldNews untold;
  private final NewCalls newCalls;
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
    this.clock = context.clock();
    this.devices = new CallDevices(context, settings, sessions, calls, this);
    this.deliveries = context.deliveries(devices::repair);
    this.news = new CallNews(settings, calls, deliveries, clock);
    UntoldSteps untoldSteps = new UntoldSteps(context.vertx(), context.redis());
    this.steps = new CallSteps(context, calls, news, metrics, untoldSteps);
    this.newCalls = new NewCalls(context, this, calls, steps, machine, settings, metrics);
    this.untold = new UntoldNews(calls, news, untoldSteps, clock, newCalls::offerLate);
    this.traces = context.node().traces();
  }

  Deliveries<Session> deliveries() {
    return deliveries;
  }

  CallDevices devices() {
    return devices;
  }

  NewCalls newCalls() {
    return newCalls;
  }

  /**
   * A device that dropped before the step that brought it into the call was saved: nobody has
   * noticed, since it was in no call then. It drops now.
   */
  Future<Outcome> dropIfGone(Call call, String userId, CallStore.Sessions sessions, Outcome done) {
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

  /** What a former socket leaves to the newer one; see {@link CallNews#handOver}. */
  void handOver(Session newer, List<EdgeMessage> left) {
    news.handOver(newer, left);
  }

  /** What was for a socket that is gone; see {@link CallNews#forward}. */
  Future<Void> forward(Session gone, List<EdgeMessage> messages) {
    return news.forward(gone, messages);
  }

  /**
   * A device that has registered is offered a call that rings. If nobody else was offered it, and
   * nobody will be, it goes on for this device's sake.
   */
  void offered(Call call) {
    if (Untold.beginning(call).isLeftToItsCaller(call, clock.millis())) {
      steps.offered(call);
    }
  }

  /** Tells of steps whose node died before it could; never fails. */
  Future<Void> tellUntold() {
    return untold.tell();
  }

  /** What a device of the caller gets that has taken the call. */
  Future<List<String>> takeKept(Call call) {
    return calls.takeKept(call);
  }

  /** What waits for a device whose place in a call another one has taken. */
  Future<List<String>> takeKept(String userId, String device) {
    return calls.takeKept(userId, device);
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
