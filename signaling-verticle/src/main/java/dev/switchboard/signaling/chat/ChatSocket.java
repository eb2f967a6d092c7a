package dev.switchboard.signaling.chat;

import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.edge.EventRate;
import dev.switchboard.signaling.edge.Identity;
import dev.switchboard.signaling.edge.SocketPart;
import dev.switchboard.signaling.edge.Steps;
import dev.switchboard.signaling.socketio.Event;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.Future;
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

  private final ChatEdge edge;
  private final ChatEvents events;
  private final SocketIoSocket socket;
  private final Identity identity;
  private final EventRate rate;
  private final Steps steps = new Steps();
  private final BeforeJoin beforeJoin;
  private final Map<String, Membership> memberships = new HashMap<>(2);
  private boolean hasJoined;

  ChatSocket(ChatEdge edge, ChatEvents events, SocketIoSocket socket, Identity identity) {
    this.edge = edge;
    this.events = events;
    this.socket = socket;
    this.identity = identity;
    this.beforeJoin = new BeforeJoin(edge.vertx());
    this.rate =
        new EventRate(
            edge.settings().messagesPerSecond(),
            edge.settings().messagesBurst(),
            System.nanoTime());
  }

  SocketIoSocket socket() {
    return socket;
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
    Membership member = member(payload.sessionId());
    if (member == null) {
      throw new ChatRefusedException(ChatError.FORBIDDEN);
    }
    if (member.waitsForStore()) {
      throw new ChatRefusedException(ChatError.STORE_UNAVAILABLE);
    }
    return member;
  }

  /** What it is in the session that a payload names, provided that it speaks for itself. */
  Membership own(Payload payload, String userField) {
    Membership member = joined(payload);
    if (!member.seat().userId().equals(payload.id(userField))) {
      throw new ChatRefusedException(ChatError.FORBIDDEN);
    }
    return member;
  }

  /** Goes on only if the session is there and the member in it. */
  ChatStore.Done checked(Membership member, ChatStore.Done done) {
    return switch (done.status()) {
      case "ok", "sent", "repeated" -> done;
      case "gone" -> {
        remove(member);
        throw new ChatRefusedException(ChatError.SESSION_NOT_FOUND);
      }
      case "storage" -> throw new ChatRefusedException(ChatError.STORAGE_FULL);
      default -> throw new ChatRefusedException(ChatError.FORBIDDEN);
    };
  }

  /** In how many sessions it is. */
  int sessions() {
    return memberships.size();
  }

  /** What it will be in a session that it is about to join. */
  Membership newcomer(Seat seat, String name) {
    return new Membership(socket, seat, name, this::remove, edge.metrics()::first);
  }

  /** Is about to join. */
  void add(Membership member) {
    memberships.put(member.seat().sessionId(), member);
    edge.mail().add(member);
    edge.metrics().entered();
  }

  /** Has joined: large messages may come, and wait for it. */
  void hasJoined() {
    hasJoined = true;
    socket.limits(edge.settings().eventBytes(), SLOW_CONSUMER_BYTES);
  }

  /** Is in a session no more. */
  void remove(Membership member) {
    edge.mail().remove(member);
    if (memberships.remove(member.seat().sessionId(), member)) {
      edge.metrics().left();
      if (memberships.isEmpty() && socket.isConnected()) {
        socket.limits(edge.usual().messageBytes(), edge.usual().slowConsumerBytes());
      }
    }
  }

  @Override
  public boolean takes(String event) {
    return events.knows(event);
  }

  @Override
  public void limited(Event event, long retryAfterMillis) {
    reply(event).refuse(ChatError.RATE_LIMITED);
  }

  private ChatReply reply(Event event) {
    return new ChatReply(socket, event, System.nanoTime(), this::isOut, edge.metrics());
  }

  /**
   * True if a refusal means that the socket is not in the session of an event: only then is it told
   * by {@code session-error}, at which apps leave the chat.
   */
  private boolean isOut(Event event, ChatError error) {
    if ((memberships.isEmpty() && !hasJoined) || error == ChatError.SESSION_NOT_FOUND) {
      return true;
    }
    return event.name().equals(ChatEvents.JOIN) && isForAnother(event);
  }

  private boolean isForAnother(Event event) {
    try {
      return member(Payload.of(event.arguments()).sessionId()) == null;
    } catch (ChatRefusedException unreadable) {
      return false;
    }
  }

  @Override
  public void on(Event event) {
    ChatReply reply = reply(event);
    int size = event.size();
    int most =
        memberships.isEmpty() ? edge.settings().signalMaxBytes() : edge.settings().eventBytes();
    boolean message = event.name().equals(ChatEvents.SEND_MESSAGE);
    if (message && rate.take(System.nanoTime()) > 0) {
      edge.metrics().limited();
      reply.refuse(ChatError.RATE_LIMITED);
    } else if (size > most) {
      reply.refuse(ChatError.MESSAGE_TOO_LARGE, "payload must be at most " + most + " bytes");
    } else if (size > LARGE_BYTES) {
      socket.pause();
      steps.run(() -> run(event, reply).onComplete(done -> socket.resume()));
    } else if (!beforeJoin.hold(event, () -> steps.run(() -> run(event, reply)))) {
      steps.run(() -> run(event, reply));
    }
    if (event.name().equals(ChatEvents.JOIN)) {
      beforeJoin.end();
    }
  }

  private Future<Void> run(Event event, ChatReply reply) {
    return run(reply, () -> events.handle(this, event, reply));
  }

  private Future<Void> run(ChatReply reply, Supplier<Future<Void>> step) {
    if (!socket.isConnected()) {
      return Future.succeededFuture();
    }
    try {
      return step.get()
          .recover(
              failure -> {
                reply.fail(failure);
                return Future.succeededFuture();
              });
    } catch (RuntimeException failure) {
      reply.fail(failure);
      return Future.succeededFuture();
    }
  }

  /** Takes a further step, after what has come meanwhile. */
  void inOrder(ChatReply reply, Supplier<Future<Void>> step) {
    steps.run(() -> run(reply, step));
  }

  @Override
  public void ended() {
    // What is under way may still make it a member.
    steps.run(
        () -> {
          for (Membership member : List.copyOf(memberships.values())) {
            remove(member);
            edge.service().dropSoon(member.seat());
          }
          return Future.succeededFuture();
        });
  }
}
