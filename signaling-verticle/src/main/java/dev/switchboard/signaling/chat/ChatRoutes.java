package dev.switchboard.signaling.chat;

import dev.switchboard.shared.auth.Scope;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.http.HttpApi;
import dev.switchboard.shared.http.Refusal;
import dev.switchboard.signaling.chat.ChatStore.Reservation;
import dev.switchboard.signaling.chat.JoinRule.SessionAccess;
import dev.switchboard.signaling.edge.Payload;
import dev.switchboard.signaling.edge.RefusedException;
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

  private final HttpApi http;
  private final HttpApi.Limit reservations;
  private final ChatStore store;
  private final InstantSource clock;

  ChatRoutes(HttpAccess access, ChatSettings settings, ChatStore store, InstantSource clock) {
    this.http = new HttpApi(access, ChatRoutes::shape);
    this.reservations =
        new HttpApi.Limit(
            "reserve",
            settings.reservationsPerMinute(),
            Duration.ofMinutes(1),
            "Too many requests. Please try again later.");
    this.store = store;
    this.clock = clock;
  }

  void mount(Router router) {
    http.readBodies(router, RESERVE, BODY_LIMIT);
    router.post(RESERVE).handler(this::reserve);
    router.get(SESSIONS).handler(this::list);
  }

  /** Apps know refusals by {@code error}, those of who may not come in by the shape of all. */
  private static JsonObject shape(Refusal refusal) {
    String detail = refusal.detail() == null ? refusal.error() : refusal.detail();
    JsonObject ofAll = new JsonObject().put("success", false);
    if (refusal.error().equals("bad_request")) {
      return ofAll.put("error", "Request refused");
    }
    return switch (refusal.status()) {
      case 401 -> ofAll.put("error", detail);
      case 413 -> ofAll.put("error", "Body too large");
      case 403 -> ofAll.put("error", "Forbidden");
      case 500 -> ofAll.put("error", "Internal error");
      case 503 -> ofAll.put("error", "Service unavailable");
      default -> new JsonObject().put("error", detail);
    };
  }

  /** A reservation that can be made. */
  private record Wanted(SessionAccess access, ChatMode mode) {}

  private void reserve(RoutingContext context) {
    Wanted wanted;
    try {
      wanted = read(context);
    } catch (RefusedException bad) {
      refuse(context, 400, String.valueOf(bad.getMessage()));
      return;
    }
    http.use(reservations, http.clientAddress(context))
        .compose(within -> store.reserve(wanted.access(), wanted.mode(), clock.millis()))
        .onSuccess(reservation -> answer(context, wanted, reservation))
        .onFailure(failure -> http.refuse(context, failure));
  }

  private static Wanted read(RoutingContext context) {
    JsonObject body = HttpApi.bodyOrEmpty(context);
    String sessionId = text(body, "sessionId", MAX_SESSION);
    String authKey = text(body, "authKey", MAX_KEY);
    String mode = text(body, "chatMode", MAX_KEY);
    SessionAccess access = SessionAccess.of(sessionId == null ? "" : sessionId, authKey);
    if (access.id().isEmpty() || access.key().isEmpty()) {
      throw new RefusedException(ChatError.MISSING_FIELD, "Missing sessionId or authKey");
    }
    if (access.id().length() > Payload.MAX_ID) {
      throw new RefusedException(
          ChatError.INVALID_FIELD,
          "sessionId must begin with an id of 1 to " + Payload.MAX_ID + " characters");
    }
    ChatMode wanted = ChatEvents.mode(mode);
    ChatMode fallback = access.byPassword() ? ChatMode.PASSWORD : ChatMode.GROUP;
    return new Wanted(access, wanted == null ? fallback : wanted);
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
      throw new RefusedException(ChatError.INVALID_FIELD, name + " must be a string");
    }
    if (text.length() > max) {
      throw new RefusedException(
          ChatError.INVALID_FIELD, name + " must be at most " + max + " characters");
    }
    return text;
  }

  private static void answer(RoutingContext context, Wanted wanted, Reservation reservation) {
    switch (reservation) {
      case RESERVED ->
          Answers.json(
              context,
              200,
              new JsonObject()
                  .put("success", true)
                  .put("sessionId", wanted.access().id())
                  .put("chatMode", wanted.mode().wireName())
                  .put("message", "Session reserved"));
      case EXISTS -> refuse(context, 409, "Session already exists");
      case FULL -> refuse(context, 507, ChatError.STORAGE_FULL.message());
    }
  }

  private static void refuse(RoutingContext context, int status, String error) {
    Answers.json(context, status, new JsonObject().put("error", error));
  }

  private void list(RoutingContext context) {
    http.actor(context, Scope.READ)
        .compose(operator -> store.sessions())
        .onSuccess(
            sessions ->
                Answers.end(
                    context, "application/json; charset=utf-8", new JsonArray(sessions).toBuffer()))
        .onFailure(failure -> http.refuse(context, failure));
  }
}
