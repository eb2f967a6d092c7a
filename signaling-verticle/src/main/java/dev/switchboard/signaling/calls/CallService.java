package dev.switchboard.signaling.calls;

import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.edge.EdgeLease;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.sessions.SessionStore;
import dev.switchboard.signaling.sessions.SessionStore.Orphan;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads, decides, saves by compare-and-set, then runs the effects. One per edge, on its loop. A
 * future fails only with {@link dev.switchboard.shared.redis.StoreUnavailableException} or a bug.
 */
final class CallService {
  private static final int MAX_TRIES = 16;
  private static final Logger log = LoggerFactory.getLogger(CallService.class);

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
    this.news = new CallNews(calls, router, clock, keepMillis(), unnoticedMillis(), this::repair);
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
      case Decision.Changed changed ->
          save(CallPlan.change(call, changed, settings, now, null), call, changed, command, tries);
    };
  }

  private Future<Outcome> save(
      CallPlan plan, Call before, Decision.Changed changed, CallCommand command, int tries) {
    return save(plan, sessions -> follow(before, changed, sessions))
        .compose(
            saved ->
                switch (saved) {
                  // The call in the way may be the one that has changed.
                  case CallStore.Saved.Conflict conflict when plan.superseded() != null ->
                      attempt(before, command, tries - 1);
                  case CallStore.Saved.Conflict(Call present) ->
                      attempt(present, command, tries - 1);
                  case CallStore.Saved.Claimed(String user, Call other)
                      when command instanceof CallCommand.Accept accept ->
                      acceptInPlaceOf(other, before, changed, accept, tries - 1);
                  case CallStore.Saved.Done done -> {
                    follow(before, changed, done.sessions());
                    Call next = changed.next();
                    yield Future.succeededFuture(
                        new Outcome.Done(next, peersOf(command, next, done.sessions())));
                  }
                  default ->
                      throw new IllegalStateException("not the answer to a change: " + saved);
                });
  }

  /** A call that waited is accepted while the callee is in another one. */
  private Future<Outcome> acceptInPlaceOf(
      Call other, Call before, Decision.Changed changed, CallCommand.Accept accept, int tries) {
    long now = clock.millis();
    CallCommand end = new CallCommand.Supersede(accept.userId(), accept.deviceId());
    return switch (machine.decide(other, end, now)) {
      case Decision.Refused(CallError error) ->
          Future.succeededFuture(new Outcome.Refused(error, other.callId(), 0));
      case Decision.Unchanged unchanged -> attempt(before, accept, tries);
      case Decision.Changed ends -> {
        CallPlan.Superseded old = CallPlan.Superseded.of(other, ends, settings, now);
        CallPlan plan = CallPlan.change(before, changed, settings, now, old);
        yield save(plan, before, changed, accept, tries);
      }
    };
  }

  /**
   * Saves a step; the end of a call that it supersedes is told. {@code taken} is told if it turns
   * out later that the step was taken, although no answer came.
   */
  Future<CallStore.Saved> save(CallPlan plan, Consumer<CallStore.Sessions> taken) {
    return saves.save(plan, taken, (old, sessions) -> follow(old.before(), old.change(), sessions));
  }

  /**
   * The end of a call whose device begins another one, since its app is out of it; empty if that
   * device is not in it.
   */
  Optional<CallPlan.Superseded> superseded(Call call, String userId, String deviceId) {
    long now = clock.millis();
    CallCommand end = new CallCommand.Supersede(userId, deviceId);
    return machine.decide(call, end, now) instanceof Decision.Changed change
        ? Optional.of(CallPlan.Superseded.of(call, change, settings, now))
        : Optional.empty();
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
    return save(
            CallPlan.change(call, quiet, settings, now, null),
            sessions -> follow(call, quiet, sessions))
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

  /** How long after its end a socket may still look alive: by its pings, or its node's lease. */
  private long unnoticedMillis() {
    return settings.pingInterval().plus(settings.pingTimeout()).plus(EdgeLease.LEASE).toMillis();
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
   * know. With {@code logout} the device leaves on purpose: its call ends and its tokens go. A
   * client that named no device may have registered again before that, and gets its call then.
   */
  Future<Void> gone(Orphan socket, boolean logout) {
    return sessions
        .drop(socket, logout, clock.millis(), keepMillis(), unnoticedMillis())
        .compose(
            dropped -> {
              if (!dropped.dropped()) {
                return Future.succeededFuture();
              }
              if (!logout) {
                dropped.waiting().forEach(ringing -> ringWaiting(ringing, socket.deviceId()));
              }
              Call call = CallFields.read(dropped.call());
              if (call == null) {
                return Future.succeededFuture();
              }
              String user = socket.userId();
              if (call.hasDevice(user, socket.deviceId())) {
                CallCommand command =
                    logout
                        ? new CallCommand.End(user, socket.deviceId())
                        : new CallCommand.DeviceLost(user, socket.deviceId());
                return transition(call.callId(), call, command)
                    .onSuccess(lost -> news.mayResume(dropped.successor()))
                    .mapEmpty();
              }
              if (!logout && call.state() == CallState.RINGING && user.equals(call.calleeId())) {
                return ringDevice(call, socket.deviceId()).mapEmpty();
              }
              return Future.succeededFuture();
            });
  }

  /** A call that rings beside another: nobody waits for what becomes of its push. */
  private void ringWaiting(JsonObject fields, String deviceId) {
    Call call = CallFields.read(fields);
    if (call != null) {
      ringDevice(call, deviceId)
          .onFailure(
              failure ->
                  log.atWarn()
                      .addKeyValue(LogKeys.CALL, call.callId())
                      .setCause(failure)
                      .log("could not ring a device that dropped"));
    }
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

  /**
   * Finds where signaling goes that did not get through, or keeps it; news of the call that did not
   * get through either, such as its answer, goes first.
   */
  Future<CallStore.Route> route(
      String callId, CallStore.Party from, String to, String frame, CallStore.Stale stale) {
    return news.settled(callId)
        .compose(told -> calls.route(callId, from, to, frame, keepMillis(), stale));
  }
}
