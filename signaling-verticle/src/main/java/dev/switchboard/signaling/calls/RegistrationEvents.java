package dev.switchboard.signaling.calls;

import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.auth.TokenRejectedException;
import dev.switchboard.signaling.calls.Fields.BadFieldException;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.sessions.Registration;
import dev.switchboard.signaling.sessions.Registration.PushToken;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.sessions.SessionStore;
import dev.switchboard.signaling.sessions.SessionStore.Orphan;
import dev.switchboard.signaling.socketio.EncodedPacket;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The events by which a device comes, renews itself and goes. */
final class RegistrationEvents {
  private static final Set<String> PLATFORMS = Set.of("android", "ios", "web");
  private static final int MAX_TOKEN = 4_096;

  private final CallEdge edge;

  RegistrationEvents(CallEdge edge) {
    this.edge = edge;
  }

  void addTo(EventTable table) {
    table
        .ordered("register", this::register)
        .ordered("register_voip_token", this::registerVoipToken)
        .ordered("unregister", this::unregister)
        .ordered("refresh_token", this::refreshToken)
        .atOnce("ping", this::ping);
  }

  private Future<Void> register(CallSocket from, Event event, Answer answer) {
    Registration wanted;
    try {
      wanted = read(from, event);
    } catch (BadFieldException bad) {
      refuse(from, answer, bad.error(), String.valueOf(bad.getMessage()));
      return Future.succeededFuture();
    }
    Session known = from.session();
    if (known != null) {
      return registerAgain(known, wanted, from, answer);
    }
    from.client().hold();
    from.session(wanted.session());
    edge.sockets().add(from.client());
    Future<IceClient.Servers> servers = edge.ice().servers(wanted.session().userId(), null);
    return edge.sessions()
        .register(wanted, edge.clock().millis())
        .compose(found -> servers.compose(list -> registered(from, wanted, found, list, answer)))
        .recover(
            failure -> {
              from.session(null);
              edge.sockets().remove(from.socket().id());
              from.client().release();
              refuse(from, answer, CallError.STORE_AWAY, CallError.STORE_AWAY.message());
              return Future.succeededFuture();
            });
  }

  private Registration read(CallSocket from, Event event) {
    Fields fields = Fields.of(event.arguments());
    String userId;
    try {
      userId = fields.id("userId");
    } catch (BadFieldException bad) {
      throw new BadFieldException(CallError.INVALID_USER, String.valueOf(bad.getMessage()));
    }
    Caller caller = from.caller();
    boolean allowed =
        caller == null ? edge.settings().trustGuests() : caller.userId().equals(userId);
    if (!allowed) {
      throw new BadFieldException(
          CallError.NOT_AUTHORISED,
          caller == null ? "a token is needed to register" : "userId is not the token's user");
    }
    String deviceId = fields.optionalId("deviceId");
    String platform = fields.optionalOneOf("platform", PLATFORMS);
    Session session =
        new Session(
            userId,
            from.socket().id(),
            deviceId == null ? from.socket().id() : deviceId,
            platform == null ? "" : platform,
            edge.clock().millis(),
            edge.sockets().edge());
    return new Registration(session, deviceId != null, tokens(fields));
  }

  private static List<PushToken> tokens(Fields fields) {
    List<PushToken> tokens = new ArrayList<>(2);
    add(tokens, "fcm", fields.optionalText("fcmToken", MAX_TOKEN));
    add(tokens, "apns", apns(fields, "apnsToken"));
    add(tokens, "apns_voip", apns(fields, "voipToken"));
    return tokens;
  }

  private static @Nullable String apns(Fields fields, String name) {
    String token = fields.optionalText(name, MAX_TOKEN);
    if (token != null && !token.matches("[0-9a-fA-F]{64,200}")) {
      throw new BadFieldException(
          CallError.BAD_FIELD, name + " must be 64 to 200 hexadecimal characters");
    }
    return token;
  }

  private static void add(List<PushToken> tokens, String type, @Nullable String token) {
    if (token != null) {
      tokens.add(new PushToken(type, token));
    }
  }

  private void refuse(CallSocket from, Answer answer, CallError error, String message) {
    from.socket()
        .emit(
            "registration_error",
            new JsonObject().put("code", error.code()).put("message", message));
    if (answer.event().wantsAck()) {
      answer.refuse(error, message, new JsonObject());
    }
  }

  /** The device is registered already; what it says of its tokens still counts. */
  private Future<Void> registerAgain(
      Session known, Registration wanted, CallSocket from, Answer answer) {
    Future<?> stored =
        wanted.tokens().isEmpty()
            ? Future.succeededFuture()
            : edge.sessions()
                .register(
                    new Registration(known, wanted.named(), wanted.tokens()),
                    edge.clock().millis());
    return stored
        .<Void>mapEmpty()
        .onSuccess(
            done ->
                tell(
                    from,
                    answer,
                    Answer.success()
                        .put("message", "Already registered")
                        .put("sessionId", from.socket().id())));
  }

  private static void tell(CallSocket from, Answer answer, JsonObject registered) {
    from.socket().emit("registered", registered);
    answer.succeed(registered);
  }

  private Future<Void> registered(
      CallSocket from,
      Registration registration,
      SessionStore.Registered found,
      IceClient.Servers servers,
      Answer answer) {
    Session session = registration.session();
    Session displaced = found.displaced();
    if (displaced != null && !displaced.socketId().equals(session.socketId())) {
      edge.router()
          .send(
              displaced.edge(),
              new EdgeMessage(
                  displaced.socketId(),
                  EdgeMessage.Kind.DISPLACE,
                  EncodedPacket.event(
                          "displaced", new JsonObject().put("deviceId", session.deviceId()))
                      .text(),
                  null));
    }
    if (!from.socket().isConnected()) {
      return edge.calls().gone(orphan(session), false);
    }
    Call call = CallFields.read(found.call());
    Future<Call> resumed = resume(from, session, call, found.takesOver());
    return resumed
        .map(
            back -> {
              welcome(from, session, back != null, servers.list(), answer);
              if (back != null) {
                tellResumed(from, session, back);
              } else if (call != null
                  && call.state() == CallState.RINGING
                  && session.userId().equals(call.calleeId())) {
                offerAgain(from, call);
              }
              found.frames().forEach(frame -> from.socket().send(EncodedPacket.ofText(frame)));
              from.client().release();
              return back;
            })
        .mapEmpty();
  }

  private static void welcome(
      CallSocket from, Session session, boolean resumed, JsonArray iceServers, Answer answer) {
    tell(
        from,
        answer,
        Answer.success()
            .put("sessionId", session.socketId())
            .put("userId", session.userId())
            .put("deviceId", session.deviceId())
            .put("resumed", resumed)
            .put("iceServers", iceServers));
  }

  /** The call that this device takes part in again; null if there is none. */
  private Future<@Nullable Call> resume(
      CallSocket from, Session session, @Nullable Call call, @Nullable String takesOver) {
    if (call == null || takesOver == null) {
      return Future.succeededFuture(null);
    }
    CallCommand back = new CallCommand.DeviceBack(session.userId(), session.deviceId(), takesOver);
    return edge.calls()
        .transition(call.callId(), call, back)
        .map(
            outcome -> {
              if (outcome instanceof Outcome.Done(Call now, List<Session> peers)
                  && now.state().isLive()
                  && now.hasDevice(session.userId(), session.deviceId())) {
                from.link(new CallLink(now, peers));
                from.iceRenewAt(edge.clock().millis());
                return now;
              }
              return null;
            });
  }

  private static void tellResumed(CallSocket from, Session session, Call call) {
    String peer = call.peerOf(session.userId());
    from.socket()
        .emit(
            "call_resumed",
            new JsonObject()
                .put("callId", call.callId())
                .put("state", call.state().wireName())
                .put("peerId", peer));
    if (call.isAway(peer)) {
      from.socket()
          .emit(
              "peer_reconnecting",
              new JsonObject().put("callId", call.callId()).put("userId", peer));
    }
  }

  private static void offerAgain(CallSocket from, Call call) {
    from.link(new CallLink(call, List.of()));
    from.socket().send(CallService.incomingCall(call));
  }

  private Future<Void> registerVoipToken(CallSocket from, Event event, Answer answer) {
    Session session = from.session();
    if (session == null) {
      answer.refuse(CallError.NOT_AUTHORISED);
      return Future.succeededFuture();
    }
    String token = apns(Fields.of(event.arguments()), "voipToken");
    if (token == null) {
      throw new BadFieldException(CallError.MISSING_FIELD, "voipToken is missing");
    }
    List<PushToken> tokens = List.of(new PushToken("apns_voip", token));
    return edge.sessions()
        .register(new Registration(session, true, tokens), edge.clock().millis())
        .onSuccess(stored -> answer.succeed(Answer.success()))
        .mapEmpty();
  }

  private Future<Void> unregister(CallSocket from, Event event, Answer answer) {
    Session session = from.session();
    if (session == null) {
      answer.refuse(CallError.NOT_AUTHORISED);
      return Future.succeededFuture();
    }
    return edge.calls()
        .gone(orphan(session), true)
        .onSuccess(
            gone -> {
              from.link(null);
              from.session(null);
              edge.sockets().remove(session.socketId());
              answer.succeed(Answer.success());
            });
  }

  /** A session as the drop script takes it. */
  static Orphan orphan(Session session) {
    return new Orphan(
        session.edge().toString(), session.socketId(), session.deviceId(), session.userId());
  }

  private Future<Void> refreshToken(CallSocket from, Event event, Answer answer) {
    String token = Fields.of(event.arguments()).optionalText("token", MAX_TOKEN * 2);
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

  private Future<Void> ping(CallSocket from, Event event, Answer answer) {
    long now = edge.clock().millis();
    JsonObject pong =
        new JsonObject()
            .put("timestamp", now)
            .put("serverTime", Instant.ofEpochMilli(now).toString());
    if (event.wantsAck()) {
      event.ack(pong);
    } else {
      from.socket().emit("pong", pong);
    }
    return Future.succeededFuture();
  }
}
