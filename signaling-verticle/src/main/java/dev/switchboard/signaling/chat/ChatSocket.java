package dev.switchboard.signaling.chat;

import dev.switchboard.signaling.chat.ChatStore.Joined;
import dev.switchboard.signaling.chat.ChatStore.Result;
import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.chat.JoinRule.SessionAccess;
import dev.switchboard.signaling.edge.ClientEvents;
import dev.switchboard.signaling.edge.EarlyEvents;
import dev.switchboard.signaling.edge.ErrorCode;
import dev.switchboard.signaling.edge.EventRate;
import dev.switchboard.signaling.edge.Identity;
import dev.switchboard.signaling.edge.Payload;
import dev.switchboard.signaling.edge.RefusedException;
import dev.switchboard.signaling.edge.SocketPart;
import dev.switchboard.signaling.edge.Steps;
import dev.switchboard.signaling.recovery.SavedChat;
import dev.switchboard.signaling.recovery.SavedSocket;
import dev.switchboard.signaling.socketio.DisconnectReason;
import dev.switchboard.signaling.socketio.EncodedPacket;
import dev.switchboard.signaling.socketio.Event;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one socket is to the chat: which sessions it has joined, and as whom. Its events take effect
 * in the order sent. Belongs to the loop of its edge.
 */
final class ChatSocket implements SocketPart {
  /** How many bytes may wait for a socket in a session. */
  private static final long SLOW_CONSUMER_BYTES = 40L << 20;

  /** From this size on a socket is not read further until its message is kept. */
  private static final int LARGE_BYTES = 256 * 1024;

  private final Vertx vertx;
  private final ChatSettings settings;
  private final EdgeChat.UsualLimits usual;
  private final ChatEvents events;
  private final ChatService service;
  private final ChatMetrics metrics;
  private final SocketIoSocket socket;
  private final Identity identity;
  private final @Nullable SavedSocket saved;
  private final EventRate rate;
  private final Steps steps;
  private final EarlyEvents early;
  private final Map<String, Membership> memberships = new HashMap<>(2);
  private boolean mayBeEarly = true;
  private boolean hasJoined;

  ChatSocket(
      EdgeChat.Shared shared,
      ChatEvents events,
      ChatService service,
      SocketIoSocket socket,
      Identity identity,
      @Nullable SavedSocket saved) {
    this.vertx = shared.vertx();
    this.settings = shared.settings();
    this.usual = shared.usual();
    this.metrics = shared.metrics();
    this.events = events;
    this.service = service;
    this.socket = socket;
    this.identity = identity;
    this.saved = saved;
    this.steps = new Steps(socket.id());
    this.early = new EarlyEvents(vertx);
    this.rate =
        new EventRate(settings.messagesPerSecond(), settings.messagesBurst(), System.nanoTime());
  }

  SocketIoSocket socket() {
    return socket;
  }

  void send(String frame) {
    socket.send(EncodedPacket.ofText(frame));
  }

  /** The user of the socket's token; null for a guest. */
  @Nullable String tokenUser() {
    return identity.userId();
  }

  /** What it is in a session; null if it has not joined. */
  @Nullable Membership member(String sessionId) {
    return memberships.get(sessionId);
  }

  /** What it is in the session that a payload names. */
  Membership joined(Payload payload) {
    Membership member = member(SessionAccess.idIn(payload));
    if (member == null) {
      throw new RefusedException(ChatError.FORBIDDEN);
    }
    if (member.waitsForStore()) {
      throw new RefusedException(ChatError.STORE_UNAVAILABLE);
    }
    return member;
  }

  /** What it is in the session that a payload names, provided that it speaks for itself. */
  Membership own(Payload payload, String userField) {
    Membership member = joined(payload);
    if (!member.seat().userId().equals(payload.id(userField))) {
      throw new RefusedException(ChatError.FORBIDDEN);
    }
    return member;
  }

  /** Goes on only if the session is there and the member in it. */
  Result.Done checked(Membership member, Result result) {
    return switch (result) {
      case Result.Done done -> done;
      case Result.Refused(ChatError error) -> {
        if (error == ChatError.SESSION_NOT_FOUND) {
          remove(member);
        }
        throw new RefusedException(error);
      }
      case Result.Repeated repeated -> throw new IllegalStateException("not a message");
    };
  }

  /** In how many sessions it is. */
  int sessions() {
    return memberships.size();
  }

  /** What it will be in a session that it is about to join. */
  Membership newcomer(Seat seat, String name) {
    return new Membership(socket, seat, name, this::after, this::remove, metrics::first);
  }

  private void after(long millis, Runnable action) {
    vertx.setTimer(millis, fired -> action.run());
  }

  /** Is about to join. */
  void add(Membership member) {
    memberships.put(member.seat().sessionId(), member);
    service.fanout().add(member);
    metrics.entered();
  }

  /** Has joined: large messages may come, and wait for it. */
  void hasJoined() {
    hasJoined = true;
    socket.limits(settings.eventBytes(), SLOW_CONSUMER_BYTES);
  }

  /** Has joined, so that it may be recovered in the session. */
  void save(Membership member, Joined.In in) {
    if (saved != null) {
      Seat seat = member.seat();
      member.saved(
          saved.joined(seat.sessionId(), in.nonce(), seat.userId(), member.name(), in.number()));
    }
  }

  /** Is in a session no more. */
  void remove(Membership member) {
    service.fanout().remove(member);
    if (saved != null && socket.isConnected()) {
      saved.left(member.seat().sessionId());
    }
    if (memberships.remove(member.seat().sessionId(), member)) {
      metrics.left();
      if (memberships.isEmpty() && socket.isConnected()) {
        socket.limits(usual.messageBytes(), usual.slowConsumerBytes());
      }
    }
  }

  /** Goes on in the sessions that it was in on another connection; its own events come after. */
  void recover(ChatRecovery recovery, List<SavedChat> chats) {
    mayBeEarly = false;
    chats.forEach(chat -> steps.run(() -> recovery.recover(this, chat)));
  }

  @Override
  public boolean takes(String event) {
    return events.has(event);
  }

  @Override
  public void limited(Event event, long retryAfterMillis) {
    reply(event).refuse(ChatError.RATE_LIMITED);
  }

  private ChatReply reply(Event event) {
    return new ChatReply(socket, event, System.nanoTime(), this::isOut, metrics);
  }

  /**
   * True if a refusal means that the socket is not in the session of an event: only then does it
   * get {@code session-error}, at which apps leave the chat.
   */
  private boolean isOut(Event event, ErrorCode error) {
    if ((memberships.isEmpty() && !hasJoined) || error == ChatError.SESSION_NOT_FOUND) {
      return true;
    }
    return event.name().equals(ChatEvents.JOIN) && isForAnother(event);
  }

  private boolean isForAnother(Event event) {
    try {
      return member(SessionAccess.idIn(Payload.of(event.arguments(), ChatError.PAYLOADS))) == null;
    } catch (RefusedException unreadable) {
      return false;
    }
  }

  @Override
  public void on(Event event) {
    ChatReply reply = reply(event);
    int most = memberships.isEmpty() ? settings.signalMaxBytes() : settings.eventBytes();
    if (event.name().equals(ChatEvents.SEND_MESSAGE) && rate.take(System.nanoTime()) > 0) {
      metrics.limited();
      reply.refuse(ChatError.RATE_LIMITED);
    } else if (ClientEvents.fits(event, most, ChatError.MESSAGE_TOO_LARGE, reply)
        && ClientEvents.isReadable(event, ChatError.INVALID_FIELD, reply)) {
      take(event, reply);
    }
    if (event.name().equals(ChatEvents.JOIN)) {
      mayBeEarly = false;
      early.release();
    }
  }

  private void take(Event event, ChatReply reply) {
    Supplier<Future<Void>> step = () -> events.handle(this, event, reply);
    if (!event.isWithin(LARGE_BYTES)) {
      socket.pause();
      steps.run(() -> step.get().onComplete(done -> socket.resume()));
    } else if (!mayBeEarly
        || events.isOfAny(event.name())
        || !early.hold(event.size(), () -> runEarly(step))) {
      steps.run(step);
    }
  }

  private void runEarly(Supplier<Future<Void>> step) {
    mayBeEarly = false; // it has joined, or has waited long enough
    steps.run(step);
    early.release();
  }

  /** The order in which its events take effect. */
  Steps steps() {
    return steps;
  }

  @Override
  public void ended(DisconnectReason reason) {
    // What is under way may still make it a member.
    steps.run(
        () -> {
          for (Membership member : List.copyOf(memberships.values())) {
            remove(member);
            if (!service.fanout().has(member.seat())) {
              service.dropSoon(member.seat());
            }
          }
          return Future.succeededFuture();
        });
  }
}
