package dev.switchboard.signaling;

import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.auth.TokenRejectedException;
import dev.switchboard.shared.auth.TokenVerifier;
import dev.switchboard.signaling.calls.CallError;
import dev.switchboard.signaling.edge.Identity;
import dev.switchboard.signaling.socketio.ConnectRefusedException;
import dev.switchboard.signaling.socketio.Handshake;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets clients in by their token, or as guests. Belongs to the loop of its edge. */
final class SignIn {
  private static final Logger log = LoggerFactory.getLogger(SignIn.class);

  private final TokenVerifier tokens;
  private final boolean guests;
  private final IdentityHashMap<Handshake, Caller> admitted = new IdentityHashMap<>();

  SignIn(TokenVerifier tokens, boolean guests) {
    this.tokens = tokens;
    this.guests = guests;
  }

  Future<Void> admit(Handshake handshake) {
    JsonObject auth = handshake.auth();
    Object token = auth == null ? null : auth.getValue("token");
    if (token == null) {
      token = handshake.query().get("token");
    }
    if (token == null || token.equals("")) {
      return guests
          ? Future.succeededFuture()
          : Future.failedFuture(refusal("Authentication required", CallError.NOT_AUTHORISED));
    }
    if (!(token instanceof String text)) {
      return Future.failedFuture(refusal("Invalid token", CallError.TOKEN_INVALID));
    }
    return tokens
        .verify(text)
        .<Void>map(
            caller -> {
              admitted.put(handshake, caller);
              return null;
            })
        .recover(failure -> Future.failedFuture(refusal(failure)));
  }

  private static ConnectRefusedException refusal(Throwable failure) {
    if (failure instanceof TokenRejectedException rejected) {
      return rejected.isExpired()
          ? refusal("Token expired", CallError.TOKEN_EXPIRED)
          : refusal("Invalid token", CallError.TOKEN_INVALID);
    }
    log.warn("a token could not be checked", failure);
    return refusal("Try again", CallError.STORE_AWAY);
  }

  private static ConnectRefusedException refusal(String message, CallError error) {
    return new ConnectRefusedException(message, new JsonObject().put("code", error.code()));
  }

  /** The user of a client that has been admitted; null for a guest. */
  @Nullable String userOf(Handshake handshake) {
    Caller caller = admitted.get(handshake);
    return caller == null ? null : caller.userId();
  }

  /** Who a client is that has been admitted; asked once. */
  Identity identify(Handshake handshake) {
    return new Identity(admitted.remove(handshake));
  }
}
