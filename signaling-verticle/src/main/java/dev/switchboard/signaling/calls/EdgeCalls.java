package dev.switchboard.signaling.calls;

import dev.switchboard.shared.auth.SignOut;
import dev.switchboard.shared.redis.DueSet;
import dev.switchboard.shared.relay.StunDefault;
import dev.switchboard.shared.schedule.PeriodicTask;
import dev.switchboard.shared.timeline.PendingSteps;
import dev.switchboard.shared.timeline.TimelineStamp;
import dev.switchboard.signaling.SignalingKeys;
import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.edge.ClientEvents;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.EdgeNote;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.edge.Identity;
import dev.switchboard.signaling.edge.SocketPart;
import dev.switchboard.signaling.ice.IceClient;
import dev.switchboard.signaling.recovery.SavedSocket;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.sessions.SessionStore;
import dev.switchboard.signaling.sessions.SessionStore.Orphan;
import dev.switchboard.signaling.sessions.SessionsInDoubt.InDoubt;
import dev.switchboard.signaling.socketio.Event;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import dev.switchboard.signaling.timeline.TimelineStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls on one edge: its sockets, and what is done by the clock. Belongs to the edge's loop. */
public final class EdgeCalls {
  private static final long CLAIM_PAUSE_MILLIS = 200;
  private static final long UNTOLD_PAUSE_MILLIS = 400;
  private static final long CLAIM_LEASE_MILLIS = 5_000;
  private static final int CLAIM_AT_MOST = 64;
  private static final long RENEW_ENTRIES_MILLIS = Duration.ofHours(6).toMillis();
  private static final long ICE_RETRY_MILLIS = 1_000;
  private static final int MOST_ENDED = 4_096;
  private static final Logger log = LoggerFactory.getLogger(EdgeCalls.class);

  private final EdgeContext context;
  private final SignalingSettings settings;
  private final SessionStore sessions;
  private final CallService calls;
  private final Resumption resumption;
  private final TokenExpiry tokens;
  private final IceClient ice;
  private final CallMetrics metrics;
  private final InstantSource clock;
  private final DueSet deadlines;
  private final ClientEvents<CallSocket, Event, CallReply> events = new ClientEvents<>();
  private final Set<CallSocket> sockets = new HashSet<>();
  private final List<PeriodicTask> tasks = new ArrayList<>(3);

  /** What is being kept of sockets that have ended, by their id; requests are answered in order. */
  private final Map<String, Future<Void>> leaving = new HashMap<>();

  /** The last sockets that have ended, by id. */
  private final Map<String, Session> ended =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Session> eldest) {
          return size() > MOST_ENDED;
        }
      };

  /** Puts the parts together on the current loop. */
  public EdgeCalls(EdgeContext context, SignalingSettings settings, CallMetrics metrics) {
    this.context = context;
    this.settings = settings;
    TimelineStamp stamp = TimelineStamp.from(context.node().settings(), context.node().id());
    this.sessions = new SessionStore(context.redis(), stamp);
    this.metrics = metrics;
    this.clock = context.clock();
    this.deadlines = new DueSet(context.redis(), SignalingKeys.CALL_DEADLINES);
    this.calls = new CallService(context, settings, stamp, sessions, metrics);
    this.ice =
        new IceClient(
            context.vertx().eventBus(),
            context.node().traces(),
            clock,
            StunDefault.urls(context.node().settings()));
    this.resumption = new Resumption(context, sessions, calls);
    this.tokens = new TokenExpiry(context.node().tokens(), clock);
    CallDevices devices = calls.devices();
    Unregistration unregistration = new Unregistration(context, sessions, devices);
    new RegistrationEvents(context, settings, sessions, ice, resumption, unregistration)
        .addTo(events);
    tokens.addTo(events);
    PendingSteps steps = new PendingSteps(stamp);
    context.lease().onRenew(steps::take);
    TimelineStore timelines = new TimelineStore(context.redis(), stamp);
    new CallEvents(settings, calls, ice, metrics, clock, timelines, steps).addTo(events);
    new QualityEvents(context.redis()).addTo(events);
    context
        .lease()
        .onDeadEdge("sessions", (edge, entry) -> devices.gone(Orphan.parse(edge, entry), false));
    context.heartbeat().add(this::tick);
    Context loop = context.vertx().getOrCreateContext();
    context.node().tokens().signOuts().onSignOut(order -> loop.runOnContext(now -> signOut(order)));
    context.sockets().onUndelivered(this::undelivered);
    context.sockets().onGone(this::hasGone);
  }

  /**
   * Mail for a socket that ended while this edge stood still; its device may be elsewhere by now.
   */
  private void undelivered(EdgeMessage message) {
    if (message.note() instanceof CallNote.Offer offer) {
      unanswered(offer);
      return;
    }
    Session session = ended.get(message.endpoint());
    if (session != null) {
      undelivered(
          session,
          message.note() instanceof CallNote.HandedOver over
              ? over.messages(message.endpoint())
              : List.of(message));
    }
  }

  /** The newer socket of a device waits for what is still being kept of one that has ended. */
  private boolean hasGone(EdgeMessage message) {
    Future<Void> forwarded = leaving.get(message.endpoint());
    if (forwarded == null
        || !(message.note() instanceof CallNote.Displaced(@Nullable Session newer))
        || newer == null) {
      return false;
    }
    forwarded.onComplete(done -> handOver(newer, List.of()));
    return true;
  }

  /** Rings on behalf of a caller; answers the call of that id that is there already, if one is. */
  public Future<Outcome> ring(Call call) {
    return calls.newCalls().initiate(call, System.nanoTime());
  }

  /** Ends a call, whoever is in it. */
  public Future<Outcome> end(String callId, CallCommand.Terminate end) {
    return calls.transition(callId, null, end);
  }

  /** Closes the sockets of this edge that a sign-out is about. */
  private void signOut(SignOut order) {
    for (CallSocket socket : List.copyOf(sockets)) {
      switch (order) {
        case SignOut.Revoked(String user, long before) -> tokens.endIfRevoked(socket);
        case SignOut.Disconnected(String user, @Nullable String device) -> {
          if (socket.isOf(user, device)) {
            socket.socket().disconnect();
          }
        }
      }
    }
  }

  /** What calls send between edges, for the codec of all. */
  public static EdgeNote.Codec<?> notes() {
    return CallNote.CODEC;
  }

  /**
   * A client has connected.
   *
   * @param saved what it can be recovered by; where it was recovered it is registered again
   */
  public SocketPart connected(
      SocketIoSocket socket, Identity identity, @Nullable SavedSocket saved) {
    CallSocket mine =
        new CallSocket(context, settings, events, this, metrics, socket, identity, saved);
    sockets.add(mine);
    tokens.watch(mine);
    // Its token may have been revoked since it was verified; it is not attached yet.
    context.vertx().runOnContext(attached -> tokens.endIfRevoked(mine));
    String registration = saved == null ? null : saved.registration();
    if (registration != null) {
      mine.on(Event.of(socket, RegistrationEvents.REGISTER, registration));
    }
    return mine;
  }

  /** A socket has ended, or its user has left it after that. */
  void ended(CallSocket socket) {
    sockets.remove(socket);
    tokens.forget(socket);
    context.sockets().remove(socket.socket().id());
    Session session = socket.session();
    socket.link().leave();
    List<InDoubt> gone = new ArrayList<>(socket.inDoubt().takeAll());
    if (session != null) {
      ended.put(session.socketId(), session);
      Orphan registered = Orphan.of(session);
      gone.removeIf(one -> one.session().equals(registered));
      gone.add(new InDoubt(registered, false));
    }
    gone.forEach(calls.devices()::depart);
  }

  /** What was for a socket whose client has not got it goes wherever its device is. */
  void undelivered(Session gone, List<EdgeMessage> messages) {
    Future<Void> forwarded = calls.forward(gone, messages);
    if (!forwarded.isComplete()) {
      leaving.put(gone.socketId(), forwarded);
      forwarded.onComplete(done -> leaving.remove(gone.socketId(), forwarded));
    }
  }

  /** A socket makes way for the newer one of its device, and leaves it what is left. */
  void handOver(Session newer, List<EdgeMessage> left) {
    calls.handOver(newer, left);
  }

  /** Where the signaling of a socket goes. */
  SignalingRelay relay(CallSocket socket) {
    return new SignalingRelay(calls, context.relays(), clock, socket);
  }

  /** A socket has got a call that it may resume. */
  void resume(CallSocket socket) {
    socket.registrations().call(() -> resumption.resume(socket));
  }

  /**
   * True for an end that has been under way for so long that its sender may have given it up. By
   * half of the time after which it does, since clocks differ.
   */
  boolean isLate(CallNote.News news) {
    Call call = news.call();
    return !call.state().isLive() && clock.millis() - call.endedAt() > EdgeRouter.ANSWER_MILLIS / 2;
  }

  /** True for an offer that has been under way for too long to ring by it. */
  boolean isStale(CallNote.Offer offer) {
    return offer.isStale(clock.millis());
  }

  /** True for an answer that has been under way for so long that its call may be over. */
  boolean isStaleAnswer(CallNote.News news, String frame) {
    return news.isStaleAnswer(frame, clock.millis());
  }

  /** An end that came late; see {@link CallNews#late}. */
  void late(CallSocket to, CallNote.News news, String frame) {
    calls.late(to, news, frame);
  }

  /** A socket that got an offer is dead or suspended: its device is rung by push. */
  void unanswered(CallNote.Offer offer) {
    metrics.ring("probe_unanswered");
    calls.devices().ringSoon(offer.call(), offer.device(), "no answer to a probe");
  }

  /** The ids of the sockets that take part in a call. */
  public Set<String> inCalls() {
    return sockets.stream()
        .filter(socket -> socket.link().call() != null)
        .map(socket -> socket.socket().id())
        .collect(Collectors.toSet());
  }

  /** A registered socket on this edge; null if there is none of this id. */
  public @Nullable SocketIoSocket socket(String id) {
    return context.sockets().find(id) instanceof CallSocket here ? here.socket() : null;
  }

  /** Registered sockets on this edge. */
  public int registered() {
    return (int) sockets.stream().filter(socket -> socket.session() != null).count();
  }

  /** Starts what is done by the clock, besides the heartbeat. */
  public void start() {
    tasks.add(
        PeriodicTask.startAfterPause(
            context.vertx(), "renewing sessions", RENEW_ENTRIES_MILLIS, this::renewEntries));
    if (context.id().index() == 0) {
      tasks.add(
          PeriodicTask.start(
              context.vertx(), "claiming deadlines", CLAIM_PAUSE_MILLIS, this::claim));
      tasks.add(
          PeriodicTask.start(
              context.vertx(), "claiming untold steps", UNTOLD_PAUSE_MILLIS, this::tellUntold));
    }
  }

  private Future<Void> claim() {
    if (!context.redis().isUp()) {
      return Future.succeededFuture();
    }
    return deadlines
        .claim(clock.millis(), CLAIM_LEASE_MILLIS, CLAIM_AT_MOST)
        .onSuccess(due -> due.forEach(this::decide))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private Future<Void> tellUntold() {
    return context.redis().isUp() ? calls.tellUntold() : Future.succeededFuture();
  }

  private void decide(String member) {
    calls
        .due(member)
        .compose(over -> over ? deadlines.remove(member) : Future.succeededFuture())
        .onFailure(e -> log.warn("deadline {} comes up again", member, e));
  }

  private void tick() {
    tokens.tick();
    long now = clock.millis();
    for (CallSocket socket : sockets) {
      socket.downlink().proveArrivals();
      CallLink link = socket.link();
      Call call = link.call();
      if (call != null && link.iceRenewAt() > 0 && link.iceRenewAt() <= now) {
        renewIce(socket, call);
      }
    }
  }

  private void renewIce(CallSocket socket, Call call) {
    Session session = socket.session();
    CallLink link = socket.link();
    link.iceRenewAt(0);
    if (session == null || call.state() != CallState.ACCEPTED) {
      link.iceRenewAt(session == null ? 0 : clock.millis() + ICE_RETRY_MILLIS);
      return;
    }
    ice.servers(session.userId(), call.callId())
        .onSuccess(
            servers -> {
              link.iceRenewAt(servers.renewAt(clock.millis()));
              if (servers.fresh()) {
                socket.send(CallFrames.iceServers(call, servers));
              }
            });
  }

  /** Entries in Redis must outlive a day. */
  private Future<Void> renewEntries() {
    for (CallSocket socket : sockets) {
      Session session = socket.session();
      if (session != null) {
        sessions.renew(session);
      }
    }
    return Future.succeededFuture();
  }

  /** Completes when Redis knows of every socket that has ended so far. */
  public Future<Void> settled() {
    return calls.devices().settled();
  }

  /** Stops what is done by the clock. */
  public void stop() {
    tasks.forEach(PeriodicTask::stop);
  }
}
