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
import java.util.Objects;

/**
 * When the tokens of sockets run out, and how clients renew them. One per edge, looked at once a
 * second, no timer per socket.
 */
final class TokenExpiry {
  private static final int MAX_TOKEN = 8_192;

  /** How long before its end a client is notified, in milliseconds. */
  private static final long NOTICE_MILLIS = 60_000;

  /** The next for each socket: first its notice, then its end. */
  private final Agenda<CallSocket> agenda = new Agenda<>();

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

  /** Watches a token that ends at {@code expiresAt}, in place of the socket's former one. */
  private void watch(CallSocket socket, long expiresAt) {
    if (expiresAt == Long.MAX_VALUE) {
      agenda.remove(socket);
    } else {
      agenda.put(socket, Math.max(clock.millis(), expiresAt - NOTICE_MILLIS));
    }
  }

  /** Forgets a socket that has ended: its token may be good for days. */
  void forget(CallSocket socket) {
    agenda.remove(socket);
  }

  /** Notifies clients whose tokens are about to run out, and disconnects those whose have. */
  void tick() {
    long now = clock.millis();
    for (Agenda.Entry<CallSocket> due = agenda.poll(now); due != null; due = agenda.poll(now)) {
      expire(due.of(), due.at());
    }
  }

  private void expire(CallSocket socket, long at) {
    Caller caller = socket.identity().caller();
    if (caller == null || !socket.socket().isConnected()) {
      return;
    }
    long expiresAt = caller.expiresAtMillis();
    if (at < expiresAt) {
      socket.send(CallFrames.tokenExpiring(expiresAt));
      agenda.put(socket, expiresAt);
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
                if (from.socket().isConnected()) {
                  watch(from, renewed.expiresAtMillis());
                }
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
