package dev.switchboard.signaling.calls;

import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.shared.redis.InDoubtWrites;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.edge.ClientEvents;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.EdgeSockets;
import dev.switchboard.signaling.edge.ErrorCode;
import dev.switchboard.signaling.edge.Payload;
import dev.switchboard.signaling.edge.RefusedException;
import dev.switchboard.signaling.ice.IceClient;
import dev.switchboard.signaling.sessions.Registration;
import dev.switchboard.signaling.sessions.Registration.PushToken;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.sessions.SessionStore;
import dev.switchboard.signaling.sessions.SessionStore.Orphan;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The events by which a device comes, renews itself and goes. */
final class RegistrationEvents {
  static final String REGISTER = "register";

  private static final Logger log = LoggerFactory.getLogger(RegistrationEvents.class);

  private static final Set<String> PLATFORMS = Set.of("android", "ios", "web");
  private static final Set<String> ENVIRONMENTS = Set.of("sandbox", "production");
  private static final int MAX_TOKEN = 4_096;

  private final SignalingSettings settings;
  private final SessionStore sessions;
  private final EdgeSockets reachable;
  private final IceClient ice;
  private final InstantSource clock;
  private final Resumption resumption;
  private final Unregistration unregistration;

  RegistrationEvents(
      EdgeContext context,
      SignalingSettings settings,
      SessionStore sessions,
      IceClient ice,
      Resumption resumption,
      Unregistration unregistration) {
    this.settings = settings;
    this.sessions = sessions;
    this.reachable = context.sockets();
    this.ice = ice;
    this.clock = context.clock();
    this.resumption = resumption;
    this.unregistration = unregistration;
  }

  void addTo(ClientEvents<CallSocket, Event, CallReply> events) {
    events
        .orderedOfAny(REGISTER, this::register)
        .ordered("register_voip_token", this::registerVoipToken)
        .orderedOfAny("unregister", unregistration::unregister)
        .atOnceOfAny("ping", this::ping);
  }

  private Future<Void> register(CallSocket from, Event event, CallReply reply) {
    Registration registration;
    try {
      registration = read(from, event);
    } catch (RefusedException bad) {
      refuse(from, reply, bad.error(), String.valueOf(bad.getMessage()));
      return Future.succeededFuture();
    }
    from.retry().cancel();
    return from.registrations().call(() -> newest(from, registration, reply));
  }

  private Future<Void> newest(CallSocket from, Registration registration, CallReply reply) {
    // One that was under way when this came may have failed and wait by now.
    from.retry().cancel();
    return attempt(from, registration, reply)
        .otherwise(
            failure -> {
              refused(from, registration, reply, failure);
              return null;
            });
  }

  /** Answers; what met no store is tried again as long as the socket lives. */
  private void refused(
      CallSocket from, Registration registration, CallReply reply, Throwable failure) {
    CallError error = reason(from, failure);
    if (error == CallError.STORE_AWAY && from.socket().isConnected()) {
      from.retry().start(() -> again(from, registration, reply));
    }
    refuse(from, reply, error, error.message());
  }

  private Future<Void> again(CallSocket from, Registration registration, CallReply reply) {
    if (!sessions.isUp()) {
      return Future.failedFuture(new StoreUnavailableException("Redis", null));
    }
    return attempt(from, registration, reply)
        .onFailure(
            failure -> {
              CallError error = reason(from, failure);
              if (error != CallError.STORE_AWAY) {
                refuse(from, reply, error, error.message());
              }
            });
  }

  private Future<Void> attempt(CallSocket from, Registration registration, CallReply reply) {
    Session known = from.session();
    if (known != null && known.userId().equals(registration.session().userId())) {
      return registerAgain(known, registration, from, reply);
    }
    Future<Void> left =
        known == null
            ? unregistration.clear(from, registration.session())
            : unregistration.leave(from, known);
    return left.compose(free -> enter(from, registration, reply));
  }

  private Future<Void> enter(CallSocket from, Registration registration, CallReply reply) {
    if (!from.socket().isConnected()) {
      return Future.succeededFuture();
    }
    Orphan entering = Orphan.of(registration.session());
    from.downlink().hold();
    from.session(registration.session());
    reachable.add(from.socket().id(), from);
    Future<IceClient.Servers> servers = ice.servers(registration.session().userId(), null);
    return store(from, registration, entering)
        .compose(
            found ->
                servers.compose(
                    list -> resumption.registered(from, registration, found, list, reply)))
        .onSuccess(
            registered -> {
              from.inDoubt().settle(entering);
              from.registeredBy(payload(registration, from.app()));
              from.releaseEarly();
            })
        .onFailure(
            failure -> {
              from.session(null);
              reachable.remove(from.socket().id());
              from.downlink().release();
            });
  }

  /** What registers the same device again; its tokens are known. */
  private static String payload(Registration registration, @Nullable String app) {
    Session session = registration.session();
    JsonObject payload = new JsonObject().put("userId", session.userId());
    if (registration.named()) {
      payload.put("deviceId", session.deviceId());
    }
    if (!session.platform().isEmpty()) {
      payload.put("platform", session.platform());
    }
    if (app != null) {
      payload.put("app", app);
    }
    return payload.encode();
  }

  /** From here on Redis may hold the session, until it is certain that it does not. */
  private Future<SessionStore.Registered> store(
      CallSocket from, Registration registration, Orphan entering) {
    boolean firstTry = from.inDoubt().entering(entering);
    return sessions
        .register(registration, clock.millis())
        .onFailure(
            failure -> {
              if (firstTry && !InDoubtWrites.isInDoubt(failure)) {
                from.inDoubt().settle(entering);
              }
            });
  }

  private static CallError reason(CallSocket from, Throwable failure) {
    if (failure instanceof StoreUnavailableException) {
      return CallError.STORE_AWAY;
    }
    log.atError()
        .addKeyValue(LogKeys.SESSION, from.socket().id())
        .setCause(failure)
        .log("a registration failed");
    return CallError.REGISTRATION_FAILED;
  }

  private void refuse(CallSocket from, CallReply reply, ErrorCode error, String message) {
    from.send(CallFrames.registrationError(error, message));
    if (reply.received().wantsAck()) {
      reply.refuse(error, message);
    }
  }

  /** The device is registered already; the tokens it sends still count. */
  private Future<Void> registerAgain(
      Session known, Registration registration, CallSocket from, CallReply reply) {
    Future<?> stored =
        registration.tokens().isEmpty()
            ? Future.succeededFuture()
            : sessions.register(
                new Registration(known, registration.named(), registration.tokens()),
                clock.millis());
    return stored
        .<Void>mapEmpty()
        .onSuccess(
            done ->
                registered(
                    from,
                    reply,
                    CallReply.success()
                        .put("message", "Already registered")
                        .put("sessionId", from.socket().id())));
  }

  /** Answers by the event and, if one was asked for, by the acknowledgement. */
  static void registered(CallSocket from, CallReply reply, JsonObject registered) {
    from.socket().emit("registered", registered);
    reply.succeed(registered);
  }

  private Future<Void> registerVoipToken(CallSocket from, Event event, CallReply reply) {
    Session session = from.registered();
    Payload fields = Payload.of(event.arguments(), CallError.PAYLOADS);
    String token = apns(fields, "voipToken");
    if (token == null) {
      throw new RefusedException(CallError.MISSING_FIELD, "voipToken is missing");
    }
    AppOfDevice named = appOfDevice(fields);
    AppOfDevice app = named.name == null ? new AppOfDevice(from.app(), named.environment) : named;
    List<PushToken> tokens = List.of(app.token("apns_voip", token));
    return sessions
        .register(new Registration(session, true, tokens), clock.millis())
        .onSuccess(stored -> reply.succeed(CallReply.success()))
        .mapEmpty();
  }

  private Future<Void> ping(CallSocket from, Event event, CallReply reply) {
    long now = clock.millis();
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

  /** Throws {@link RefusedException} for a field, and for a user that is not the token's. */
  private Registration read(CallSocket from, Event event) {
    Payload fields = Payload.of(event.arguments(), CallError.PAYLOADS);
    String userId;
    try {
      userId = fields.id("userId");
    } catch (RefusedException bad) {
      throw new RefusedException(CallError.INVALID_USER, String.valueOf(bad.getMessage()));
    }
    Caller caller = from.identity().caller();
    boolean allowed = caller == null ? settings.trustGuests() : caller.userId().equals(userId);
    if (!allowed) {
      throw new RefusedException(
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
            clock.millis(),
            reachable.edge());
    AppOfDevice app = appOfDevice(fields);
    from.app(app.name);
    return new Registration(session, deviceId != null, tokens(fields, app));
  }

  /**
   * Which app a device's tokens are of, and which environment of APNs: null where it names none.
   */
  private record AppOfDevice(@Nullable String name, @Nullable String environment) {
    PushToken token(String type, String token) {
      return new PushToken(type, token, name, type.equals("fcm") ? null : environment);
    }
  }

  private AppOfDevice appOfDevice(Payload fields) {
    return new AppOfDevice(
        fields.optionalOneOf("app", settings.pushApps()),
        fields.optionalOneOf("environment", ENVIRONMENTS));
  }

  private static List<PushToken> tokens(Payload fields, AppOfDevice app) {
    List<PushToken> tokens = new ArrayList<>(2);
    add(tokens, app, "fcm", fields.optionalText("fcmToken", MAX_TOKEN));
    add(tokens, app, "apns", apns(fields, "apnsToken"));
    add(tokens, app, "apns_voip", apns(fields, "voipToken"));
    return tokens;
  }

  /** A device token of Apple's; null if it is absent. */
  private static @Nullable String apns(Payload fields, String name) {
    String token = fields.optionalText(name, MAX_TOKEN);
    if (token != null && !token.matches("[0-9a-fA-F]{64,200}")) {
      throw new RefusedException(
          CallError.BAD_FIELD, name + " must be 64 to 200 hexadecimal characters");
    }
    return token;
  }

  private static void add(
      List<PushToken> tokens, AppOfDevice app, String type, @Nullable String token) {
    if (token != null) {
      tokens.add(app.token(type, token));
    }
  }
}
