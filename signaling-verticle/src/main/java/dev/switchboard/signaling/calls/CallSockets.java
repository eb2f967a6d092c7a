package dev.switchboard.signaling.calls;

import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.signaling.calls.Doubts.Doubt;
import dev.switchboard.signaling.edge.Identity;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.sessions.SessionStore.Orphan;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sockets from their CONNECT to their end, on one edge and its loop. */
final class CallSockets {
  private static final long RETRY_MILLIS = 1_000;
  private static final int MAX_RETRIES = 120;
  private static final Logger log = LoggerFactory.getLogger(CallSockets.class);

  private final CallEdge edge;
  private final EventTable table = new EventTable();
  private final Set<CallSocket> sockets = new HashSet<>();
  private final Set<Future<Void>> leaving = new HashSet<>();

  CallSockets(CallEdge edge) {
    this.edge = edge;
    new RegistrationEvents(edge).addTo(table);
    new CallEvents(edge).addTo(table);
    edge.sockets().onUnansweredProbe(message -> suspended(message.note()));
  }

  /** A client has connected. */
  CallSocket connected(SocketIoSocket socket, Identity identity) {
    CallSocket mine = new CallSocket(edge, socket, identity, table, this::disconnected);
    sockets.add(mine);
    Caller caller = identity.caller();
    if (caller != null) {
      edge.tokenClock().watch(mine, caller.expiresAtMillis(), edge.clock().millis());
    }
    return mine;
  }

  private void disconnected(CallSocket socket) {
    sockets.remove(socket);
    edge.sockets().remove(socket.socket().id());
    Session session = socket.session();
    socket.link(null);
    List<Doubt> gone = new ArrayList<>(socket.doubts().takeAll());
    if (session != null) {
      Orphan registered = Departures.orphan(session);
      gone.removeIf(doubt -> doubt.session().equals(registered));
      gone.add(new Doubt(registered, false));
    }
    for (Doubt doubt : gone) {
      Future<Void> left = leave(doubt.session(), doubt.logout(), MAX_RETRIES);
      leaving.add(left);
      left.onComplete(done -> leaving.remove(left));
    }
  }

  /** While Redis is away the word that a socket is gone waits. */
  private Future<Void> leave(Orphan gone, boolean logout, int tries) {
    return edge.calls()
        .gone(gone, logout)
        .recover(
            failure -> {
              if (!(failure instanceof StoreUnavailableException) || tries == 0) {
                log.atError()
                    .addKeyValue(LogKeys.SESSION, gone.socketId())
                    .setCause(failure)
                    .log("the end of a socket could not be told");
                return Future.succeededFuture();
              }
              return edge.vertx().timer(RETRY_MILLIS).compose(id -> leave(gone, logout, tries - 1));
            });
  }

  private void suspended(@Nullable JsonObject note) {
    if (note == null) {
      return;
    }
    CallLink link = CallLink.of(note);
    if (link != null) {
      edge.calls()
          .ringDevice(link.call(), note.getString("device"))
          .onFailure(
              failure ->
                  log.atWarn()
                      .addKeyValue(LogKeys.CALL, link.call().callId())
                      .setCause(failure)
                      .log("could not ring a suspended device"));
    }
  }

  /** The ids of the sockets that take part in a call. */
  Set<String> inCalls() {
    return sockets.stream()
        .filter(socket -> socket.link() != null)
        .map(socket -> socket.socket().id())
        .collect(Collectors.toSet());
  }

  /** Completes when Redis knows of every socket that has ended so far. */
  Future<Void> settled() {
    return leaving.isEmpty()
        ? Future.succeededFuture()
        : Future.join(Set.copyOf(leaving).stream().toList()).mapEmpty();
  }

  /** Registered sockets on this edge. */
  int registered() {
    return edge.sockets().size();
  }

  /** Once a second: tokens that run out, and ICE servers of calls that last. */
  void tick() {
    long now = edge.clock().millis();
    for (TokenClock.Entry entry : edge.tokenClock().due(now)) {
      expire(entry);
    }
    for (CallSocket socket : sockets) {
      CallLink link = socket.link();
      if (link != null && socket.iceRenewAt() > 0 && socket.iceRenewAt() <= now) {
        renewIce(socket, link.call());
      }
    }
  }

  private static void expire(TokenClock.Entry entry) {
    CallSocket socket = entry.socket();
    Caller caller = socket.caller();
    boolean renewed = caller == null || caller.expiresAtMillis() != entry.expiresAt();
    if (renewed || !socket.socket().isConnected()) {
      return;
    }
    if (entry.notice()) {
      socket.socket().emit("token_expiring", new JsonObject().put("expiresAt", entry.expiresAt()));
    } else {
      socket
          .socket()
          .emit("unauthorized", new JsonObject().put("code", CallError.TOKEN_EXPIRED.code()));
      socket.socket().disconnect();
    }
  }

  private void renewIce(CallSocket socket, Call call) {
    Session session = socket.session();
    socket.iceRenewAt(0);
    if (session == null || call.state() != CallState.ACCEPTED) {
      socket.iceRenewAt(session == null ? 0 : edge.clock().millis() + RETRY_MILLIS);
      return;
    }
    edge.ice()
        .servers(session.userId(), call.callId())
        .onSuccess(
            servers -> {
              socket.iceRenewAt(IceRenewal.at(edge.clock().millis(), servers));
              if (servers.fresh()) {
                socket
                    .socket()
                    .emit(
                        "ice_servers",
                        new JsonObject()
                            .put("callId", call.callId())
                            .put("iceServers", servers.list())
                            .put("ttl", servers.ttlSeconds()));
              }
            });
  }

  /** Now and then: entries in Redis that must outlive a day, tokens of sockets that are gone. */
  void renewEntries() {
    edge.tokenClock().purge();
    for (CallSocket socket : sockets) {
      Session session = socket.session();
      if (session != null) {
        edge.sessions().renew(session);
      }
    }
  }
}
