package dev.switchboard.signaling.chat;

import dev.switchboard.shared.auth.TokenRejectedException;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.http.JsonBodies;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The REST part of chat. One an edge, on its loop. */
final class ChatRoutes {
  private static final String RESERVE = "/api/reserve-session";
  private static final String SESSIONS = "/sessions";
  private static final int BODY_LIMIT = 16 * 1024;
  private static final int MAX_SESSION = 1_024;
  private static final int MAX_KEY = 512;

  private final HttpAccess access;
  private final ChatSettings settings;
  private final ChatStore store;
  private final InstantSource clock;

  ChatRoutes(HttpAccess access, ChatSettings settings, ChatStore store, InstantSource clock) {
    this.access = access;
    this.settings = settings;
    this.store = store;
    this.clock = clock;
  }

  void mount(Router router) {
    router.post(RESERVE).handler(JsonBodies.upTo(BODY_LIMIT)).handler(this::reserve);
    router.get(SESSIONS).handler(this::list);
  }

  /** A reservation that can be made. */
  private record Wanted(SessionAccess access, ChatMode mode) {}

  private void reserve(RoutingContext context) {
    Wanted wanted;
    try {
      wanted = read(context);
    } catch (ChatRefusedException bad) {
      refuse(context, 400, String.valueOf(bad.getMessage()));
      return;
    }
    String address = access.clientAddress(context.request());
    access
        .use("reserve", address, settings.reservationsPerMinute(), Duration.ofMinutes(1))
        .compose(
            waitMillis -> {
              if (waitMillis > 0) {
                String seconds = Long.toString(Math.ceilDiv(waitMillis, 1000L));
                context.response().putHeader(HttpHeaders.RETRY_AFTER, seconds);
                return Future.succeededFuture("limited");
              }
              return store.reserve(wanted.access(), wanted.mode(), clock.millis());
            })
        .onSuccess(status -> answer(context, wanted, status))
        .onFailure(failure -> fail(context, failure));
  }

  private static Wanted read(RoutingContext context) {
    JsonObject body = body(context);
    String sessionId = text(body, "sessionId", MAX_SESSION);
    String authKey = text(body, "authKey", MAX_KEY);
    String mode = text(body, "chatMode", MAX_KEY);
    SessionAccess access = SessionAccess.of(sessionId == null ? "" : sessionId, authKey);
    if (access.id().isEmpty() || access.key().isEmpty()) {
      throw new ChatRefusedException(ChatError.MISSING_FIELD, "Missing sessionId or authKey");
    }
    if (access.id().length() > Payload.MAX_ID) {
      throw new ChatRefusedException(
          ChatError.INVALID_FIELD,
          "sessionId must begin with an id of 1 to " + Payload.MAX_ID + " characters");
    }
    ChatMode wanted = ChatEvents.mode(mode);
    ChatMode fallback = access.byPassword() ? ChatMode.PASSWORD : ChatMode.GROUP;
    return new Wanted(access, wanted == null ? fallback : wanted);
  }

  private static JsonObject body(RoutingContext context) {
    var buffer = context.body().buffer();
    if (buffer == null || buffer.length() == 0) {
      return new JsonObject();
    }
    try {
      if (buffer.toJsonValue() instanceof JsonObject body) {
        return body;
      }
    } catch (DecodeException e) {
      // the decoder's message quotes the body, which holds a key
    }
    throw new ChatRefusedException(ChatError.INVALID_FIELD, "body must be a JSON object");
  }

  private static @Nullable String text(JsonObject body, String name, int max) {
    Object value = body.getValue(name);
    if (value == null || value.equals("")) {
      return null;
    }
    if (value instanceof Integer || value instanceof Long) {
      return value.toString();
    }
    if (!(value instanceof String text)) {
      throw new ChatRefusedException(ChatError.INVALID_FIELD, name + " must be a string");
    }
    if (text.length() > max) {
      throw new ChatRefusedException(
          ChatError.INVALID_FIELD, name + " must be at most " + max + " characters");
    }
    return text;
  }

  private static void answer(RoutingContext context, Wanted wanted, String status) {
    switch (status) {
      case "reserved" ->
          Answers.json(
              context,
              200,
              new JsonObject()
                  .put("success", true)
                  .put("sessionId", wanted.access().id())
                  .put("chatMode", wanted.mode().wireName())
                  .put("message", "Session reserved"));
      case "exists" -> refuse(context, 409, "Session already exists");
      case "limited" -> refuse(context, 429, "Too many requests. Please try again later.");
      default -> refuse(context, 507, ChatError.STORAGE_FULL.message());
    }
  }

  private static void refuse(RoutingContext context, int status, String error) {
    Answers.json(context, status, new JsonObject().put("error", error));
  }

  private static void fail(RoutingContext context, Throwable failure) {
    if (failure instanceof ChatRefusedException refused) {
      refuse(context, 507, String.valueOf(refused.getMessage()));
    } else {
      Answers.fail(context, failure);
    }
  }

  private void list(RoutingContext context) {
    access
        .caller(context.request())
        .map(caller -> caller.orElseThrow(() -> new TokenRejectedException(false)))
        .compose(
            caller ->
                caller.operator()
                    ? store.sessions().map(sessions -> new JsonArray(sessions))
                    : Future.succeededFuture((@Nullable JsonArray) null))
        .onSuccess(
            sessions -> {
              if (sessions == null) {
                Answers.refuse(context, 403, "Forbidden");
              } else {
                Answers.end(context, "application/json; charset=utf-8", sessions.toBuffer());
              }
            })
        .onFailure(failure -> Answers.fail(context, failure));
  }
}
