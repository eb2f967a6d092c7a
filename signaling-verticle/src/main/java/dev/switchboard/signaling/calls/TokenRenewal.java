package dev.switchboard.signaling.calls;

import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.auth.TokenRejectedException;
import dev.switchboard.signaling.calls.Fields.BadFieldException;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import java.util.Objects;

/** A client brings a new token before its old one ends. */
final class TokenRenewal {
  private static final int MAX_TOKEN = 8_192;

  private final CallEdge edge;

  TokenRenewal(CallEdge edge) {
    this.edge = edge;
  }

  /** The event {@code refresh_token}. */
  Future<Void> refresh(CallSocket from, Event event, Answer answer) {
    String token = Fields.of(event.arguments()).optionalText("token", MAX_TOKEN);
    if (token == null) {
      throw new BadFieldException(CallError.MISSING_FIELD, "token is missing");
    }
    Caller before = from.caller();
    return edge.tokens()
        .verify(token)
        .map(
            renewed -> {
              if (before == null || !Objects.equals(before.userId(), renewed.userId())) {
                answer.refuse(CallError.NOT_AUTHORISED);
              } else {
                from.caller(renewed);
                edge.tokenClock().watch(from, renewed.expiresAtMillis(), edge.clock().millis());
                answer.succeed(Answer.success().put("expiresAt", renewed.expiresAtMillis()));
              }
              return renewed;
            })
        .<Void>mapEmpty()
        .recover(
            failure -> {
              if (failure instanceof TokenRejectedException rejected) {
                answer.refuse(
                    rejected.isExpired() ? CallError.TOKEN_EXPIRED : CallError.TOKEN_INVALID);
                return Future.succeededFuture();
              }
              return Future.failedFuture(failure);
            });
  }
}
