package dev.switchboard.signaling.chat;

import dev.switchboard.shared.auth.Scope;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.http.HttpApi;
import dev.switchboard.shared.http.Refusal;
import dev.switchboard.shared.http.RefusedException;
import dev.switchboard.signaling.chat.ChatStore.Reservation;
import dev.switchboard.signaling.chat.JoinRule.SessionAccess;
import dev.switchboard.signaling.edge.Payload;
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
    Wanted wanted = read(context);
    http.use(reservations, http.clientAddress(context))
        .compose(within -> store.reserve(wanted.access(), wanted.mode(), clock.millis()))
        .map(reservation -> answer(wanted, reservation))
        .onSuccess(answer -> Answers.json(context, 200, answer))
        .onFailure(failure -> http.refuse(context, failure));
  }

  private static RefusedException refused(int status, String error) {
    return new RefusedException(new Refusal(status, "refused", error));
  }

  private static Wanted read(RoutingContext context) {
    JsonObject body = HttpApi.bodyOrEmpty(context);
    String sessionId = text(body, "sessionId", MAX_SESSION);
    String authKey = text(body, "authKey", MAX_KEY);
    String mode = text(body, "chatMode", MAX_KEY);
    SessionAccess access = SessionAccess.of(sessionId == null ? "" : sessionId, authKey);
    if (access.id().isEmpty() || access.key().isEmpty()) {
      throw refused(400, "Missing sessionId or authKey");
    }
    if (access.id().length() > Payload.MAX_ID) {
      throw refused(
          400, "sessionId must begin with an id of 1 to " + Payload.MAX_ID + " characters");
    }
    ChatMode fallback = access.byPassword() ? ChatMode.PASSWORD : ChatMode.GROUP;
    ChatMode wanted = mode == null ? fallback : ChatMode.of(mode);
    if (wanted == null) {
      throw refused(400, ChatMode.NAMES);
    }
    return new Wanted(access, wanted);
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
      throw refused(400, name + " must be a string");
    }
    if (text.length() > max) {
      throw refused(400, name + " must be at most " + max + " characters");
    }
    return text;
  }

  private static JsonObject answer(Wanted wanted, Reservation reservation) {
    return switch (reservation) {
      case RESERVED ->
          new JsonObject()
              .put("success", true)
              .put("sessionId", wanted.access().id())
              .put("chatMode", wanted.mode().wireName())
              .put("message", "Session reserved");
      case EXISTS -> throw refused(409, "Session already exists");
      case FULL -> throw refused(507, ChatError.STORAGE_FULL.message());
    };
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
