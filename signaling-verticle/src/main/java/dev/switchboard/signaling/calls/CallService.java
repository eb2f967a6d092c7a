package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.sessions.SessionStore;
import dev.switchboard.signaling.sessions.SessionStore.Orphan;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Loads, decides, saves by compare-and-set, then runs the effects. One per edge, on its loop. A
 * future fails only with {@link dev.switchboard.shared.redis.StoreUnavailableException} or a bug.
 */
final class CallService {
  private static final int MAX_TRIES = 16;

  private final SignalingSettings settings;
  private final CallStore calls;
  private final SessionStore sessions;
  private final CallMachine machine;
  private final CallMetrics metrics;
  private final InstantSource clock;
  private final CallNews news;
  private final CallSaves saves;

  CallService(
      SignalingSettings settings,
      CallStore calls,
      CallSaves saves,
      SessionStore sessions,
      EdgeRouter router,
      CallMetrics metrics,
      InstantSource clock) {
    this.settings = settings;
    this.calls = calls;
    this.saves = saves;
    this.sessions = sessions;
    this.machine = new CallMachine(settings.reconnectGrace().toMillis());
    this.metrics = metrics;
    this.clock = clock;
    this.news = new CallNews(calls, router, keepMillis(), this::repair);
  }

  /** Rings a device of the callee by push, whose socket turned out to be dead or suspended. */
  Future<Integer> ringDevice(Call call, String deviceId) {
    long now = clock.millis();
    return calls.ringDevice(call, CallPlan.ring(call, PushOrder.Mode.DEVICE, deviceId, now), now);
  }

  /**
   * Brings a command to a call. {@code known} is the call as the caller last heard of it, which
   * saves a look; if it is stale the decision is made again with what is there.
   */
  Future<Outcome> transition(String callId, @Nullable Call known, CallCommand command) {
    return known != null
        ? attempt(known, command, MAX_TRIES)
        : calls.load(callId).compose(call -> attempt(call, command, MAX_TRIES));
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
      case Decision.Changed changed -> save(call, changed, command, now, tries);
    };
  }

  private Future<Outcome> save(
      Call before, Decision.Changed changed, CallCommand command, long now, int tries) {
    CallPlan plan = CallPlan.change(before, changed, settings, now);
    return saves
        .save(plan, sessions -> follow(before, changed, sessions))
        .compose(
            saved -> {
              if (saved instanceof CallStore.Saved.Conflict(Call present)) {
                return attempt(present, command, tries - 1);
              }
              if (!(saved instanceof CallStore.Saved.Done done)) {
                throw new IllegalStateException("not the answer to a change: " + saved);
              }
              follow(before, changed, done.sessions());
              Call next = changed.next();
              return Future.succeededFuture(
                  new Outcome.Done(next, peersOf(command, next, done.sessions())));
            });
  }

  /** What follows from a step once it is saved. */
  private void follow(Call before, Decision.Changed changed, CallStore.Sessions sessions) {
    Call next = changed.next();
    news.tell(next, changed.effects(), sessions);
    metrics.changed(before, next);
    if (next.state() != before.state()) {
      CallLog.entered(next);
    }
  }

  /**
   * Ends a call that its caller was told of as failed: only devices that were pushed hear of it.
   */
  Future<Void> retract(Call call) {
    long now = clock.millis();
    CallCommand end = new CallCommand.End(call.callerId(), call.callerDevice());
    if (!(machine.decide(call, end, now) instanceof Decision.Changed(Call over, var all))) {
      return Future.succeededFuture();
    }
    List<Effect> pushes = all.stream().filter(one -> !(one instanceof Effect.Tell)).toList();
    Decision.Changed quiet = new Decision.Changed(over, pushes);
    return saves
        .save(
            CallPlan.change(call, quiet, settings, now), sessions -> follow(call, quiet, sessions))
        .map(
            saved -> {
              if (saved instanceof CallStore.Saved.Done done) {
                follow(call, quiet, done.sessions());
              }
              return null;
            });
  }

  private static List<Session> peersOf(
      CallCommand command, Call call, CallStore.Sessions sessions) {
    return switch (command) {
      case CallCommand.Accept c -> CallLink.peersFor(call, c.userId(), sessions);
      case CallCommand.DeviceBack c -> CallLink.peersFor(call, c.userId(), sessions);
      default -> List.of();
    };
  }

  /** How long what is kept for a device waits for it. */
  private long keepMillis() {
    long grace = settings.reconnectGrace().toMillis() * 3;
    return Math.max(grace, settings.ringTimeout().toMillis());
  }

  /** Takes a session out whose socket turned out not to be there. */
  Future<Void> repair(Session session) {
    metrics.repaired();
    return gone(
        new Orphan(
            session.edge().toString(), session.socketId(), session.deviceId(), session.userId()),
        false);
  }

  /**
   * A socket is gone: takes its session out if it is still its own, and brings the user's call to
   * know. With {@code logout} the device leaves on purpose: its call ends and its tokens go.
   */
  Future<Void> gone(Orphan socket, boolean logout) {
    return sessions
        .drop(socket, logout, clock.millis())
        .compose(
            dropped -> {
              Call call = CallFields.read(dropped.call());
              if (!dropped.dropped() || call == null) {
                return Future.succeededFuture();
              }
              String user = socket.userId();
              if (call.hasDevice(user, socket.deviceId())) {
                CallCommand command =
                    logout
                        ? new CallCommand.End(user, socket.deviceId())
                        : new CallCommand.DeviceLost(user, socket.deviceId());
                return transition(call.callId(), call, command).mapEmpty();
              }
              if (!logout && call.state() == CallState.RINGING && user.equals(call.calleeId())) {
                return ringDevice(call, socket.deviceId()).mapEmpty();
              }
              return Future.succeededFuture();
            });
  }

  /** Decides what a deadline was set for. */
  Future<Void> due(String member) {
    CallDeadline deadline = CallDeadline.parse(member);
    if (deadline == null) {
      return calls.forgetDeadline(member);
    }
    return calls
        .load(deadline.callId())
        .compose(
            call -> {
              if (call == null) {
                return calls.forgetDeadline(member);
              }
              return attempt(call, deadline.command(call), MAX_TRIES)
                  .compose(
                      outcome ->
                          outcome instanceof Outcome.Done(Call after, var peers)
                                  && !after.state().isLive()
                              ? calls.forgetDeadline(member)
                              : Future.succeededFuture());
            });
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

  /** Finds where signaling goes that did not get through, or keeps it. */
  Future<CallStore.Route> route(
      String callId, CallStore.Party from, String to, String frame, CallStore.Stale stale) {
    return calls.route(callId, from, to, frame, keepMillis(), stale);
  }
}
