package dev.switchboard.signaling.calls;

import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.shared.redis.LostAnswers;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.signaling.calls.Fields.BadFieldException;
import dev.switchboard.signaling.sessions.Registration;
import dev.switchboard.signaling.sessions.Registration.PushToken;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.sessions.SessionStore;
import dev.switchboard.signaling.sessions.SessionStore.Orphan;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The events by which a device comes, renews itself and goes. */
final class RegistrationEvents {
  static final String REGISTER = "register";
  private static final Logger log = LoggerFactory.getLogger(RegistrationEvents.class);

  private final CallEdge edge;
  private final RegistrationRequest request;
  private final Resumption resumption;
  private final Departures departures;

  RegistrationEvents(CallEdge edge) {
    this.edge = edge;
    this.request = new RegistrationRequest(edge);
    this.resumption = new Resumption(edge);
    this.departures = new Departures(edge);
  }

  void addTo(EventTable table) {
    table
        .orderedOfAny("register", this::register)
        .ordered("register_voip_token", this::registerVoipToken)
        .orderedOfAny("unregister", departures::unregister)
        .orderedOfAny("refresh_token", new TokenRenewal(edge)::refresh)
        .atOnceOfAny("ping", this::ping);
  }

  private Future<Void> register(CallSocket from, Event event, Answer answer) {
    Registration wanted;
    try {
      wanted = request.read(from, event);
    } catch (BadFieldException bad) {
      refuse(from, answer, bad.error(), String.valueOf(bad.getMessage()));
      return Future.succeededFuture();
    }
    from.retry().cancel();
    return from.inOrderOfRegistrations(() -> newest(from, wanted, answer));
  }

  private Future<Void> newest(CallSocket from, Registration wanted, Answer answer) {
    // One that was under way when this came may have failed and wait by now.
    from.retry().cancel();
    return attempt(from, wanted, answer)
        .otherwise(
            failure -> {
              refused(from, wanted, answer, failure);
              return null;
            });
  }

  /** Answers; what met no store is tried again as long as the socket lives. */
  private void refused(CallSocket from, Registration wanted, Answer answer, Throwable failure) {
    CallError error = reason(from, failure);
    if (error == CallError.STORE_AWAY && from.socket().isConnected()) {
      from.retry().start(() -> again(from, wanted, answer));
    }
    refuse(from, answer, error, error.message());
  }

  private Future<Void> again(CallSocket from, Registration wanted, Answer answer) {
    if (!edge.sessions().isUp()) {
      return Future.failedFuture(new StoreUnavailableException("Redis", null));
    }
    return attempt(from, wanted, answer)
        .onFailure(
            failure -> {
              CallError error = reason(from, failure);
              if (error != CallError.STORE_AWAY) {
                refuse(from, answer, error, error.message());
              }
            });
  }

  private Future<Void> attempt(CallSocket from, Registration wanted, Answer answer) {
    Session known = from.session();
    if (known != null && known.userId().equals(wanted.session().userId())) {
      return registerAgain(known, wanted, from, answer);
    }
    Future<Void> left =
        known == null ? departures.clear(from, wanted.session()) : departures.leave(from, known);
    return left.compose(free -> enter(from, wanted, answer));
  }

  private Future<Void> enter(CallSocket from, Registration wanted, Answer answer) {
    if (!from.socket().isConnected()) {
      return Future.succeededFuture();
    }
    Orphan entering = Departures.orphan(wanted.session());
    from.client().hold();
    from.session(wanted.session());
    edge.sockets().add(from.client());
    Future<IceClient.Servers> servers = edge.ice().servers(wanted.session().userId(), null);
    return store(from, wanted, entering)
        .compose(
            found ->
                servers.compose(list -> resumption.registered(from, wanted, found, list, answer)))
        .onSuccess(
            registered -> {
              from.doubts().settle(entering);
              from.endEarly();
            })
        .onFailure(
            failure -> {
              from.session(null);
              edge.sockets().remove(from.socket().id());
              from.client().release();
            });
  }

  /** From here on Redis may hold the session, until it is certain that it does not. */
  private Future<SessionStore.Registered> store(
      CallSocket from, Registration wanted, Orphan entering) {
    boolean firstTry = from.doubts().entering(entering);
    return edge.sessions()
        .register(wanted, edge.clock().millis())
        .onFailure(
            failure -> {
              if (firstTry && !LostAnswers.mayBeTaken(failure)) {
                from.doubts().settle(entering);
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

  /** Answers by the event and, if one was asked for, by the acknowledgement. */
  static void tell(CallSocket from, Answer answer, JsonObject registered) {
    from.socket().emit("registered", registered);
    answer.succeed(registered);
  }

  private Future<Void> registerVoipToken(CallSocket from, Event event, Answer answer) {
    Session session = from.registered();
    String token = RegistrationRequest.apns(Fields.of(event.arguments()), "voipToken");
    if (token == null) {
      throw new BadFieldException(CallError.MISSING_FIELD, "voipToken is missing");
    }
    List<PushToken> tokens = List.of(new PushToken("apns_voip", token));
    return edge.sessions()
        .register(new Registration(session, true, tokens), edge.clock().millis())
        .onSuccess(stored -> answer.succeed(Answer.success()))
        .mapEmpty();
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
