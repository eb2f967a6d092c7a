package dev.switchboard.signaling.calls;

import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.auth.TokenRejectedException;
import dev.switchboard.shared.auth.TokenVerifier;
import dev.switchboard.signaling.edge.ClientEvents;
import dev.switchboard.signaling.edge.Payload;
import dev.switchboard.signaling.edge.RefusedException;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;

/**
 * When the tokens of sockets run out, and how clients renew them. One per edge, looked at once a
 * second, no timer per socket.
 */
final class TokenExpiry {
  private static final int MAX_TOKEN = 8_192;

  /** How long before its end a client is notified, in milliseconds. */
  private static final long NOTICE_MILLIS = 60_000;

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.comparingLong(Entry::at));

  private final TokenVerifier tokens;
  private final InstantSource clock;

  TokenExpiry(TokenVerifier tokens, InstantSource clock) {
    this.tokens = tokens;
    this.clock = clock;
  }

  void addTo(ClientEvents<CallSocket, Event, CallReply> events) {
    events.orderedOfAny("refresh_token", this::refresh);
  }

  /** Watches the token of a socket that has connected. */
  void watch(CallSocket socket) {
    Caller caller = socket.identity().caller();
    if (caller != null) {
      watch(socket, caller.expiresAtMillis());
    }
  }

  /** Disconnects a socket whose token is refused by now. */
  void endIfRevoked(CallSocket socket) {
    Caller caller = socket.identity().caller();
    if (caller != null && tokens.signOuts().covers(caller)) {
      end(socket, CallError.TOKEN_EXPIRED);
    }
  }

  /** What is to be done for a socket at a time; stale once its token has been renewed. */
  private record Entry(long at, CallSocket socket, long expiresAt, boolean notice) {}

  /** Watches a token that ends at {@code expiresAt}. */
  private void watch(CallSocket socket, long expiresAt) {
    if (expiresAt == Long.MAX_VALUE) {
      return;
    }
    long now = clock.millis();
    entries.add(new Entry(Math.max(now, expiresAt - NOTICE_MILLIS), socket, expiresAt, true));
    entries.add(new Entry(expiresAt, socket, expiresAt, false));
  }

  /** Takes out what is due. */
  private List<Entry> due(long now) {
    List<Entry> due = new ArrayList<>();
    for (Entry first = entries.peek(); first != null && first.at() <= now; first = entries.peek()) {
      due.add(entries.remove());
    }
    return due;
  }

  /** Forgets sockets that are gone; called now and then, so that long tokens do not pile up. */
  void purge() {
    entries.removeIf(entry -> !entry.socket().socket().isConnected());
  }

  /** Notifies clients whose tokens are about to run out, and disconnects those whose have. */
  void tick() {
    due(clock.millis()).forEach(TokenExpiry::expire);
  }

  private static void expire(Entry entry) {
    CallSocket socket = entry.socket();
    Caller caller = socket.identity().caller();
    boolean renewed = caller == null || caller.expiresAtMillis() != entry.expiresAt();
    if (renewed || !socket.socket().isConnected()) {
      return;
    }
    if (entry.notice()) {
      socket.send(CallFrames.tokenExpiring(entry.expiresAt()));
    } else {
      end(socket, CallError.TOKEN_EXPIRED);
    }
  }

  private static void end(CallSocket socket, CallError why) {
    socket.send(CallFrames.unauthorized(why));
    socket.socket().disconnect();
  }

  /** The event {@code refresh_token}. */
  private Future<Void> refresh(CallSocket from, Event event, CallReply reply) {
    String token =
        Payload.of(event.arguments(), CallError.PAYLOADS).optionalText("token", MAX_TOKEN);
    if (token == null) {
      throw new RefusedException(CallError.MISSING_FIELD, "token is missing");
    }
    Caller before = from.identity().caller();
    return tokens
        .verify(token)
        .map(
            renewed -> {
              if (before == null || !Objects.equals(before.userId(), renewed.userId())) {
                reply.refuse(CallError.NOT_AUTHORISED);
              } else {
                from.identity().renew(renewed);
                watch(from, renewed.expiresAtMillis());
                reply.succeed(CallReply.success().put("expiresAt", renewed.expiresAtMillis()));
              }
              return renewed;
            })
        .<Void>mapEmpty()
        .recover(
            failure -> {
              if (failure instanceof TokenRejectedException rejected) {
                reply.refuse(
                    rejected.isExpired() ? CallError.TOKEN_EXPIRED : CallError.TOKEN_INVALID);
                return Future.succeededFuture();
              }
              return Future.failedFuture(failure);
            });
  }
}
