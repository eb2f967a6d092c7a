package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.edge.ClientEvents;
import dev.switchboard.signaling.edge.EarlyEvents;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.Endpoint;
import dev.switchboard.signaling.edge.Identity;
import dev.switchboard.signaling.edge.RetryInOrder;
import dev.switchboard.signaling.edge.SocketPart;
import dev.switchboard.signaling.edge.Steps;
import dev.switchboard.signaling.recovery.SavedSocket;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.sessions.SessionsInDoubt;
import dev.switchboard.signaling.socketio.DisconnectReason;
import dev.switchboard.signaling.socketio.EncodedPacket;
import dev.switchboard.signaling.socketio.Event;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.Future;
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
  private final @Nullable SavedSocket saved;
  private final Steps steps;
  private final Steps registrations;
  private final EarlyEvents early;
  private final RetryInOrder retry;
  private final SessionsInDoubt inDoubt = new SessionsInDoubt();
  private final CallLink link;
  private final Downlink downlink;
  private boolean displaced;
  private @Nullable Session session;
  private @Nullable String app;
  private boolean left;
  private @Nullable SignalingRelay relay;

  CallSocket(
      EdgeContext context,
      SignalingSettings settings,
      ClientEvents<CallSocket, Event, CallReply> events,
      EdgeCalls edge,
      CallMetrics metrics,
      SocketIoSocket socket,
      Identity identity,
      @Nullable SavedSocket saved) {
    this.settings = settings;
    this.events = events;
    this.edge = edge;
    this.socket = socket;
    this.identity = identity;
    this.saved = saved;
    this.steps = new Steps(socket.id());
    this.registrations = new Steps(socket.id());
    this.early = new EarlyEvents(context.vertx());
    this.retry = new RetryInOrder(context.vertx(), registrations);
    this.link = new CallLink(this, metrics);
    this.downlink = new Downlink(context.vertx(), socket, this::deliver);
  }

  SocketIoSocket socket() {
    return socket;
  }

  Identity identity() {
    return identity;
  }

  /** True if it is a user's, by registration or by token; {@code device} null is any. */
  boolean isOf(String userId, @Nullable String device) {
    Session own = session;
    if (device != null) {
      return own != null && own.userId().equals(userId) && own.deviceId().equals(device);
    }
    return userId.equals(identity.userId()) || (own != null && own.userId().equals(userId));
  }

  /** Null until it has registered. */
  @Nullable Session session() {
    return session;
  }

  void session(@Nullable Session registered) {
    session = registered;
    left = false;
  }

  /** It has registered by this payload, or is registered no more. */
  void registeredBy(@Nullable String payload) {
    if (saved != null && socket.isConnected()) {
      saved.registration(payload);
    }
  }

  /** The app that it named when it registered; null if it named none. */
  @Nullable String app() {
    return app;
  }

  void app(@Nullable String named) {
    app = named;
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
    registeredBy(null);
    if (!socket.isConnected()) {
      edge.ended(this);
    }
  }

  /** True if its user has logged out and nobody has registered since. */
  boolean hasLeft() {
    return left;
  }

  /** The order in which it registers, renews itself and leaves. */
  Steps registrations() {
    return registrations;
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

  /** What it knows of the call it is in. */
  CallLink link() {
    return link;
  }

  /** The way of what is sent to it. */
  Downlink downlink() {
    return downlink;
  }

  @Override
  public boolean accept(EdgeMessage message) {
    if (!socket.isConnected()
        || (message.note() instanceof CallNote.Offer late && edge.isStale(late))) {
      return false;
    }
    switch (message.note()) {
      case CallNote.Displaced(@Nullable Session newer) ->
          displaced(String.valueOf(message.frame()), newer);
      case CallNote.HandedOver(List<String> frames) -> {
        boolean awaited = downlink.handedOver(frames);
        if (!awaited && session != null && !downlink.isHolding()) {
          takeOver();
        }
      }
      case null, default -> downlink.arrived(message);
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
    boolean heard =
        switch (message.note()) {
          case CallNote.News news -> hears(news, message.frame());
          case CallNote.Offer(
                  Call call,
                  String device,
                  List<Session> peers,
                  @Nullable String id,
                  long sentAt) ->
              link.hears(id, call, peers);
          case null, default -> true;
        };
    if (!heard) {
      return;
    }
    if (message.note() instanceof CallNote.MayResume) {
      edge.resume(this);
    }
    String frame = message.frame();
    if (frame != null && message.note() instanceof CallNote.News news && edge.isLate(news)) {
      edge.late(this, news, frame);
    } else if (frame != null) {
      downlink.send(message, frame);
    }
  }

  /**
   * The answer to a call that this socket has left long ago is nothing that its client waits for.
   */
  private boolean hears(CallNote.News news, @Nullable String frame) {
    return (frame == null
            || link.known(news.call().callId()) != null
            || !edge.isStaleAnswer(news, frame))
        && link.hears(news.id(), news.call(), news.peers());
  }

  /**
   * The device has a newer socket, which gets what the client of this one has not: a network that
   * has died is the usual reason to come again.
   */
  private void displaced(String frame, @Nullable Session newer) {
    if (displaced) {
      return;
    }
    displaced = true;
    Session own = session;
    downlink.hold();
    downlink
        .settle()
        .onSuccess(
            done -> {
              List<EdgeMessage> left = downlink.takeLeft();
              downlink.send(frame);
              socket.disconnect();
              if (newer != null) {
                edge.handOver(newer, left);
              } else if (own != null) {
                edge.undelivered(own, left);
              }
            });
  }

  /**
   * Sends what the device's former socket has left it, then what has been held back; what came for
   * one that makes way itself is its successor's.
   */
  void release() {
    if (!displaced) {
      takeOver();
      downlink.release();
      downlink.proveArrivals();
    }
  }

  private void takeOver() {
    send(downlink.takeInherited());
  }

  /** Sends what was kept for the device. */
  void sendKept(List<String> frames) {
    send(frames.stream().map(frame -> new EdgeMessage(socket.id(), frame, null)).toList());
  }

  private void send(List<EdgeMessage> messages) {
    if (socket.isConnected()) {
      messages.forEach(message -> downlink.send(message, String.valueOf(message.frame())));
      downlink.proveArrivals();
    } else if (session != null) {
      edge.undelivered(session, messages);
    }
  }

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
  public void ended(DisconnectReason reason) {
    retry.cancel();
    early.release();
    if (!reason.isLossy()) {
      downlink.forgetSent();
    }
    if (session != null && !displaced) {
      edge.undelivered(session, downlink.takeLeft());
    }
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
    if (!ClientEvents.fits(event, settings.signalMaxBytes(), CallError.BAD_FIELD, reply)
        || !ClientEvents.isReadable(event, CallError.BAD_FIELD, reply)) {
      return;
    }
    Supplier<Future<Void>> step = () -> ClientEvents.run(action.handler(), this, event, reply);
    if (action.ofMembers() && (session == null || early.areWaiting())) {
      holdEarly(event, reply, step);
    } else if (action.ordered()) {
      steps.run(() -> inTurn(action.ofMembers(), event, reply, step));
    } else {
      inTurn(action.ofMembers(), event, reply, step);
    }
  }

  /** An event that was sent before its socket has registered waits for that. */
  private void holdEarly(Event event, CallReply reply, Supplier<Future<Void>> step) {
    Runnable later = () -> steps.run(() -> onceRegistered(reply, step));
    boolean mayRegister = identity.caller() != null || settings.trustGuests();
    if (session != null) {
      early.queue(event.size(), later); // it only follows what waits
    } else if (!mayRegister || !early.hold(event.size(), later)) {
      reply.refuse(whyUnregistered());
    }
  }

  /** A registration may be under way: what becomes of it decides. */
  private Future<Void> onceRegistered(CallReply reply, Supplier<Future<Void>> step) {
    return registrations.call(
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
  private Future<Void> inTurn(
      boolean ofMembers, Event event, CallReply reply, Supplier<Future<Void>> step) {
    if (ofMembers && session == null) {
      holdEarly(event, reply, step);
      return Future.succeededFuture();
    }
    return step.get();
  }
}
