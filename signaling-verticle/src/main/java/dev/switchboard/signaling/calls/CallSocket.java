package dev.switchboard.signaling.calls;

import dev.switchboard.shared.auth.Caller;
import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.edge.ClientEvents;
import dev.switchboard.signaling.edge.EarlyEvents;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.Endpoint;
import dev.switchboard.signaling.edge.Identity;
import dev.switchboard.signaling.edge.RetryInOrder;
import dev.switchboard.signaling.edge.SocketPart;
import dev.switchboard.signaling.edge.Steps;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.sessions.SessionsInDoubt;
import dev.switchboard.signaling.socketio.EncodedPacket;
import dev.switchboard.signaling.socketio.Event;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one socket is to the calls: whose it is, which call it is in. Its events take effect in the
 * order sent: while one waits for a store, later ones wait for it. Belongs to the loop of its edge.
 */
final class CallSocket implements SocketPart, Endpoint {
  /** How long a socket may take to answer a probe. */
  private static final long PROBE_MILLIS = 2_000;

  private final SignalingSettings settings;
  private final ClientEvents<CallSocket, Event, CallReply> events;
  private final EdgeCalls edge;
  private final SocketIoSocket socket;
  private final Identity identity;
  private final Steps steps;
  private final Steps registrations;
  private final EarlyEvents early;
  private final RetryInOrder retry;
  private final SessionsInDoubt inDoubt = new SessionsInDoubt();
  private @Nullable Deque<EdgeMessage> held;
  private @Nullable Session session;
  private boolean left;
  private @Nullable CallLink link;
  private @Nullable SignalingRelay relay;
  private long iceRenewAt;

  CallSocket(
      Vertx vertx,
      SignalingSettings settings,
      ClientEvents<CallSocket, Event, CallReply> events,
      EdgeCalls edge,
      SocketIoSocket socket,
      Identity identity) {
    this.settings = settings;
    this.events = events;
    this.edge = edge;
    this.socket = socket;
    this.identity = identity;
    this.steps = new Steps(socket.id());
    this.registrations = new Steps(socket.id());
    this.early = new EarlyEvents(vertx);
    this.retry = new RetryInOrder(vertx, this::inOrderOfRegistrations);
  }

  SocketIoSocket socket() {
    return socket;
  }

  /** Who the token speaks for; null for a guest. */
  @Nullable Caller caller() {
    return identity.caller();
  }

  void caller(Caller renewed) {
    identity.renew(renewed);
  }

  /** Null until it has registered. */
  @Nullable Session session() {
    return session;
  }

  void session(@Nullable Session registered) {
    session = registered;
    left = false;
  }

  /** The session of a socket whose event only a registered one may send. */
  Session registered() {
    return Objects.requireNonNull(session, "not registered");
  }

  /** The registration that is retried until the store is available, if there is one. */
  RetryInOrder retry() {
    return retry;
  }

  /** It has registered: what arrived earlier is handled now. */
  void releaseEarly() {
    early.release();
  }

  /** What Redis may hold of this socket though it is not registered so. */
  SessionsInDoubt inDoubt() {
    return inDoubt;
  }

  /** Its user has logged out, whether or not Redis knows already. */
  void left() {
    session = null;
    left = true;
    if (!socket.isConnected()) {
      edge.ended(this);
    }
  }

  /** True if its user has logged out and nobody has registered since. */
  boolean hasLeft() {
    return left;
  }

  /** Runs a step of a registration once all earlier ones are done. */
  Future<Void> inOrderOfRegistrations(Supplier<Future<Void>> step) {
    Promise<Void> done = Promise.promise();
    registrations.run(() -> step.get().onComplete(done).otherwiseEmpty());
    return done.future();
  }

  /** Where its signaling goes. */
  SignalingRelay relay() {
    SignalingRelay known = relay;
    if (known == null) {
      known = edge.relay(this);
      relay = known;
    }
    return known;
  }

  /** Null while it is in no call. */
  @Nullable CallLink link() {
    return link;
  }

  /** Enters a call, takes news of it, or leaves it (null, or a call that is over). */
  void link(@Nullable CallLink news) {
    count(link, -1);
    // What was under way when the socket ended must not count it in again.
    boolean ended = !socket.isConnected();
    boolean out =
        ended || news == null || !news.call().state().isLive() || isElsewhere(news.call());
    link = out ? null : news;
    count(link, 1);
  }

  private boolean isElsewhere(Call call) {
    Session own = session;
    if (own == null) {
      return true;
    }
    String inCall = call.deviceOf(own.userId());
    return inCall != null && !inCall.equals(own.deviceId());
  }

  private void count(@Nullable CallLink counted, int change) {
    Session own = session;
    if (counted != null && own != null && counted.call().callerId().equals(own.userId())) {
      edge.countCaller(counted.call().state(), change);
    }
  }

  private void take(CallLink news) {
    CallLink known = link;
    boolean newer =
        known == null
            || (known.call().callId().equals(news.call().callId())
                ? news.call().version() >= known.call().version()
                : displaces(news.call(), known.call()));
    if (newer) {
      link(news);
    }
  }

  /** A call that only rings here waits for the one that this device is in. */
  private boolean displaces(Call news, Call known) {
    Session own = session;
    boolean isIn = own != null && known.hasDevice(own.userId(), own.deviceId());
    return news.state() == CallState.ACCEPTED || (news.state() == CallState.RINGING && !isIn);
  }

  /** When the ICE servers of the call must be renewed, milliseconds since the epoch. */
  long iceRenewAt() {
    return iceRenewAt;
  }

  void iceRenewAt(long at) {
    iceRenewAt = at;
  }

  /** Holds what other edges send from now on: nothing overtakes the answer to {@code register}. */
  void hold() {
    if (held == null) {
      held = new ArrayDeque<>();
    }
  }

  /** Delivers what was held, and no longer holds. */
  void release() {
    Deque<EdgeMessage> waiting = held;
    held = null;
    if (waiting != null) {
      waiting.forEach(this::deliver);
    }
  }

  @Override
  public boolean accept(EdgeMessage message) {
    if (!socket.isConnected()) {
      return false;
    }
    Deque<EdgeMessage> waiting = held;
    if (waiting != null && !(message.note() instanceof CallNote.Displaced)) {
      waiting.add(message);
    } else {
      deliver(message);
    }
    if (message.note() instanceof CallNote.Offer offer) {
      socket
          .probe(PROBE_MILLIS)
          .onSuccess(
              alive -> {
                if (!alive) {
                  edge.unanswered(offer);
                }
              });
    }
    return true;
  }

  private void deliver(EdgeMessage message) {
    switch (message.note()) {
      case CallNote.News(Call call, String device, List<Session> peers) ->
          take(new CallLink(call, peers));
      case CallNote.Offer(Call call, String device, List<Session> peers) ->
          take(new CallLink(call, peers));
      case CallNote.MayResume() -> edge.resume(this);
      case null, default -> {}
    }
    String frame = message.frame();
    if (frame != null) {
      send(frame);
    }
    if (message.note() instanceof CallNote.Displaced) {
      socket.disconnect();
    }
  }

  /** Sends an encoded packet. */
  void send(String frame) {
    socket.send(EncodedPacket.ofText(frame));
  }

  @Override
  public boolean takes(String event) {
    return events.has(event);
  }

  @Override
  public void limited(Event event, long retryAfterMillis) {
    new CallReply(socket, event)
        .refuse(new Outcome.Refused(CallError.TOO_MANY, null, retryAfterMillis));
  }

  @Override
  public void ended() {
    retry.cancel();
    early.release();
    edge.ended(this);
  }

  @Override
  public void on(Event event) {
    CallReply reply = new CallReply(socket, event);
    var action = events.find(event.name());
    if (action == null) {
      if (event.wantsAck()) {
        reply.refuse(CallError.BAD_FIELD, "unknown event");
      }
      return;
    }
    if (!ClientEvents.fits(event.size(), settings.signalMaxBytes(), CallError.BAD_FIELD, reply)) {
      return;
    }
    if (action.ofMembers() && (session == null || early.areWaiting())) {
      holdEarly(event, reply, () -> ClientEvents.run(action.handler(), this, event, reply));
      return;
    }
    if (action.ordered()) {
      inOrder(() -> handle(action, event, reply));
    } else {
      handle(action, event, reply);
    }
  }

  /** An event that was sent before its socket has registered waits for that. */
  private void holdEarly(Event event, CallReply reply, Supplier<Future<Void>> step) {
    Runnable later = () -> inOrder(() -> onceRegistered(reply, step));
    boolean mayRegister = identity.caller() != null || settings.trustGuests();
    if (session != null) {
      early.queue(event, later); // it only follows what waits
    } else if (!mayRegister || !early.hold(event, later)) {
      reply.refuse(whyUnregistered());
    }
  }

  /** A registration may be under way: what becomes of it decides. */
  private Future<Void> onceRegistered(CallReply reply, Supplier<Future<Void>> step) {
    return inOrderOfRegistrations(
        () -> {
          if (session != null) {
            return step.get();
          }
          reply.refuse(whyUnregistered());
          return Future.succeededFuture();
        });
  }

  private CallError whyUnregistered() {
    return retry.isPending() ? CallError.STORE_AWAY : CallError.NOT_AUTHORISED;
  }

  /** The session may have ended while an event waited for earlier ones. */
  private Future<Void> handle(
      ClientEvents.Action<CallSocket, Event, CallReply> action, Event event, CallReply reply) {
    Supplier<Future<Void>> step = () -> ClientEvents.run(action.handler(), this, event, reply);
    if (action.ofMembers() && session == null) {
      holdEarly(event, reply, step);
      return Future.succeededFuture();
    }
    return step.get();
  }

  /** Runs a step once all earlier ones are done. */
  void inOrder(Supplier<Future<Void>> step) {
    steps.run(step);
  }
}
