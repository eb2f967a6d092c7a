package dev.switchboard.signaling.rooms;

import dev.switchboard.shared.auth.TokenRejectedException;
import dev.switchboard.shared.auth.TokenVerifier;
import dev.switchboard.shared.http.AllowedOrigins;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.signaling.websocket.LoopFlusher;
import dev.switchboard.signaling.websocket.WebSocketChannel;
import dev.switchboard.signaling.websocket.WebSocketUpgrade;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets plain WebSockets in: by path, origin and, where there is one, token. */
final class RoomUpgrades {
  private static final Set<String> PATHS = Set.of("/", "/ws");
  private static final Logger log = LoggerFactory.getLogger(RoomUpgrades.class);

  private final AllowedOrigins origins;
  private final HttpAccess access;
  private final TokenVerifier tokens;
  private final LoopFlusher flusher;
  private final Consumer<WebSocketChannel> accepted;
  private boolean draining;

  RoomUpgrades(
      AllowedOrigins origins,
      HttpAccess access,
      TokenVerifier tokens,
      LoopFlusher flusher,
      Consumer<WebSocketChannel> accepted) {
    this.origins = origins;
    this.access = access;
    this.tokens = tokens;
    this.flusher = flusher;
    this.accepted = accepted;
  }

  /** From now on everyone is sent elsewhere. */
  void drain() {
    draining = true;
  }

  void handle(HttpServerRequest request) {
    if (!PATHS.contains(String.valueOf(request.path()))) {
      refuse(request, 404, Answers.unknownEndpoint());
    } else if (!origins.allowsRequest(request)) {
      refuse(request, 403, "Origin not allowed");
    } else if (draining) {
      refuse(request, 503, "Service unavailable");
    } else {
      Future<Void> allowed = authorized(request);
      if (!allowed.isComplete()) {
        request.pause();
      }
      allowed
          .compose(good -> WebSocketUpgrade.accept(request, flusher))
          .onSuccess(accepted::accept)
          .onFailure(failure -> failed(request, failure));
    }
  }

  /** A token is not needed, but if one comes it must be good. */
  private Future<Void> authorized(HttpServerRequest request) {
    if (request.headers().contains(HttpHeaders.AUTHORIZATION)) {
      return access.caller(request).mapEmpty();
    }
    String token;
    try {
      token = request.getParam("token");
    } catch (IllegalArgumentException undecodable) {
      return Future.failedFuture(new TokenRejectedException(false));
    }
    return token == null || token.isEmpty()
        ? Future.succeededFuture()
        : tokens.verify(token).mapEmpty();
  }

  private static void failed(HttpServerRequest request, Throwable failure) {
    if (request.response().ended() || request.response().closed()) {
      return;
    }
    if (failure instanceof TokenRejectedException rejected) {
      request.response().putHeader("WWW-Authenticate", "Bearer");
      refuse(request, 401, String.valueOf(rejected.getMessage()));
    } else {
      log.debug("an upgrade failed: {}", failure.getMessage());
      refuse(request, 400, "Not a WebSocket handshake");
    }
  }

  private static void refuse(HttpServerRequest request, int status, String error) {
    refuse(request, status, new JsonObject().put("success", false).put("error", error));
  }

  private static void refuse(HttpServerRequest request, int status, JsonObject body) {
    request.resume();
    request
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json; charset=utf-8")
        .end(body.encode());
  }
}
