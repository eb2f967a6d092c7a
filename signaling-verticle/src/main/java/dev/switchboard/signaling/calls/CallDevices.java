package dev.switchboard.signaling.calls;

import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.edge.Departures;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.RelayMetrics;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.sessions.SessionStore;
import dev.switchboard.signaling.sessions.SessionStore.Orphan;
import dev.switchboard.signaling.sessions.SessionsInDoubt.InDoubt;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of calls when devices go. One per edge, on its loop. */
final class CallDevices {
  private static final Logger log = LoggerFactory.getLogger(CallDevices.class);

  private static final String SOCKET_ENDED = "socket ended";

  private final SignalingSettings settings;
  private final SessionStore sessions;
  private final CallStore calls;
  private final CallService service;
  private final RelayMetrics metrics;
  private final InstantSource clock;
  private final Set<Orphan> underRepair = new HashSet<>();
  private final Departures<InDoubt> departures;

  CallDevices(
      EdgeContext context,
      SignalingSettings settings,
      SessionStore sessions,
      CallStore calls,
      CallService service) {
    this.settings = settings;
    this.sessions = sessions;
    this.calls = calls;
    this.service = service;
    this.metrics = context.relays();
    this.clock = context.clock();
    this.departures = new Departures<>(context.vertx(), gone -> gone.session().socketId());
  }

  /**
   * Rings a device of the callee by push, whose socket turned out to be dead or suspended.
   *
   * @param why it is not relied on, for the timeline
   */
  Future<Integer> ring(Call call, String deviceId, String why) {
    long now = clock.millis();
    return calls.ringDevice(
        call,
        CallTransaction.ring(call, CallTransaction.Push.Mode.DEVICE, deviceId, now),
        why,
        now);
  }

  /** As {@link #ring}, where nobody waits for what becomes of it. */
  void ringSoon(Call call, String deviceId, String why) {
    ring(call, deviceId, why)
        .onFailure(
            failure ->
                log.atWarn()
                    .addKeyValue(LogKeys.CALL, call.callId())
                    .setCause(failure)
                    .log("could not ring a device whose socket is gone"));
  }

  /** Takes a session out whose socket turned out not to be there. */
  void repair(Session session) {
    Orphan gone = Orphan.of(session);
    if (!underRepair.add(gone)) {
      return;
    }
    metrics.repaired();
    gone(gone, false)
        .onComplete(done -> underRepair.remove(gone))
        .onFailure(
            failure ->
                log.atWarn()
                    .addKeyValue(LogKeys.SESSION, session.socketId())
                    .setCause(failure)
                    .log("could not repair a session"));
  }

  /**
   * A socket has ended: as {@link #gone}, now or once Redis is available. That its user logs out is
   * another departure than that it drops: one does not stand for the other.
   */
  void depart(InDoubt gone) {
    departures.depart(gone, inDoubt -> gone(gone.session(), gone.logout()));
  }

  /** Completes when Redis knows of every socket that has ended so far. */
  Future<Void> settled() {
    return departures.settled();
  }

  /**
   * A socket is gone: takes its session out if it is still its own, and lets the user's call know.
   * With {@code logout} the device leaves on purpose: its call ends and its tokens go. A client
   * that named no device may have registered again before that, and gets its call then.
   */
  Future<Void> gone(Orphan socket, boolean logout) {
    return sessions
        .drop(socket, logout, clock.millis(), settings.keepMillis(), settings.unnoticedMillis())
        .compose(
            dropped ->
                dropped.dropped() ? follow(socket, logout, dropped) : Future.succeededFuture());
  }

  private Future<Void> follow(Orphan socket, boolean logout, SessionStore.Dropped dropped) {
    String user = socket.userId();
    String device = socket.deviceId();
    if (!logout) {
      dropped.waiting().stream()
          .map(CallFields::read)
          .filter(Objects::nonNull)
          .forEach(ringing -> ringSoon(ringing, device, SOCKET_ENDED));
    }
    Call call = CallFields.read(dropped.call());
    if (call == null) {
      return Future.succeededFuture();
    }
    if (call.hasDevice(user, device)) {
      CallCommand command =
          logout ? new CallCommand.End(user, device) : new CallCommand.DeviceLost(user, device);
      return service
          .transition(call.callId(), call, command)
          .onSuccess(lost -> service.mayResume(dropped.successor()))
          .mapEmpty();
    }
    if (!logout && call.state() == CallState.RINGING && user.equals(call.calleeId())) {
      return ring(call, device, SOCKET_ENDED).mapEmpty();
    }
    return Future.succeededFuture();
  }
}
