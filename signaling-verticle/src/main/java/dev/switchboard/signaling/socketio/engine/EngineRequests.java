package dev.switchboard.signaling.socketio.engine;

import dev.switchboard.signaling.websocket.WebSocketUpgrade;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP side of an edge: checks requests in the order in which Node's server does, opens
 * sessions here, and passes what belongs to another edge on to it.
 */
final class EngineRequests {
  private static final Set<String> OWN_PARAMETERS =
      Set.of("EIO", "transport", "sid", "t", "b64", "j");

  private final EngineServer server;
  private final EngineOptions options;
  private final ClientScripts scripts;
  private long polls;

  EngineRequests(EngineServer server) {
    this.server = server;
    options = server.options();
    scripts = new ClientScripts(server);
  }

  void handle(HttpServerRequest request) {
    Cors.apply(request, options.allowedOrigins());
    if (HttpMethod.OPTIONS.equals(request.method())) {
      Cors.preflight(request);
      return;
    }
    if (scripts.answers(request)) {
      return;
    }
    Map<String, String> query = query(request);
    if (query == null) {
      answer(request, EngineError.BAD_REQUEST.response());
      return;
    }
    boolean upgrade = "websocket".equalsIgnoreCase(request.getHeader("upgrade"));
    EngineError error = check(request, query, upgrade);
    if (error != null) {
      answer(request, error.response());
      return;
    }
    String sid = query.getOrDefault("sid", "");
    if (sid.isEmpty()) {
      open(request, query, upgrade);
    } else {
      route(request, query, sid, upgrade);
    }
  }

  private static @Nullable Map<String, String> query(HttpServerRequest request) {
    try {
      Map<String, String> query = new HashMap<>();
      request.params().forEach(entry -> query.putIfAbsent(entry.getKey(), entry.getValue()));
      return Map.copyOf(query);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private @Nullable EngineError check(
      HttpServerRequest request, Map<String, String> query, boolean upgrade) {
    String transport = query.getOrDefault("transport", "");
    if (!options.transports().contains(transport)) {
      return EngineError.UNKNOWN_TRANSPORT;
    }
    if (upgrade && !Cors.allowsUpgrade(request, options.allowedOrigins())) {
      return EngineError.FORBIDDEN;
    }
    boolean webSocket = transport.equals(WebSocketTransport.NAME);
    if (!query.getOrDefault("sid", "").isEmpty()) {
      return upgrade && !webSocket ? EngineError.BAD_REQUEST : null;
    }
    if (!HttpMethod.GET.equals(request.method())) {
      return EngineError.BAD_HANDSHAKE_METHOD;
    }
    if (webSocket != upgrade) {
      return EngineError.BAD_REQUEST;
    }
    if (!"4".equals(query.get("EIO"))) {
      return EngineError.UNSUPPORTED_PROTOCOL_VERSION;
    }
    return server.isDraining() ? EngineError.DRAINING : null;
  }

  private void open(HttpServerRequest request, Map<String, String> query, boolean upgrade) {
    // It is kept for as long as the session: what is only ours does not have to be.
    Map<String, String> rest = new HashMap<>(query);
    rest.keySet().removeAll(OWN_PARAMETERS);
    Map<String, String> kept = Map.copyOf(rest);
    if (upgrade) {
      accept(request, server, transport -> server.openWebSocket(kept, transport));
    } else {
      answer(request, PollResponse.payload(server.openPolling(kept)));
    }
  }

  private void accept(
      HttpServerRequest request, EngineServer owner, Consumer<WebSocketTransport> accepted) {
    WebSocketUpgrade.accept(request, owner.flusher())
        .onSuccess(webSocket -> accepted.accept(new WebSocketTransport(webSocket, owner)))
        .onFailure(
            _ -> {
              if (!request.response().ended()) {
                answer(request, EngineError.BAD_REQUEST.response());
              }
            });
  }

  private void route(
      HttpServerRequest request, Map<String, String> query, String sid, boolean upgrade) {
    EdgeName name = server.ids().ownerOf(sid);
    EngineServer owner =
        name == null ? null : name.equals(server.name()) ? server : options.group().find(name);
    String transport = query.getOrDefault("transport", "");
    if (owner != null) {
      request.pause();
      owner.run(
          () -> {
            EngineServer.SessionView view = owner.inspect(sid);
            server.run(() -> existing(request, sid, transport, upgrade, owner, view));
          });
    } else if (name != null && !upgrade && transport.equals(PollingTransport.NAME)) {
      elsewhere(request, sid, name);
    } else {
      answer(request, EngineError.UNKNOWN_SID.response());
    }
  }

  /** A poll for another node. How much its session takes is asked only where it matters. */
  private void elsewhere(HttpServerRequest request, String sid, EdgeName name) {
    ForeignSessions foreign = options.foreignSessions();
    Target target =
        new Target(
            poll -> foreign.forward(name, poll),
            poll -> foreign.abandoned(name, poll),
            () -> foreign.violated(name, sid));
    if (PollBodies.announcedBytes(request) <= options.maxPayloadBytes()) {
      poll(request, sid, options.maxPayloadBytes(), target);
      return;
    }
    request.pause();
    foreign
        .maxMessageBytes(name, sid)
        .onComplete(
            asked -> {
              int bytes = asked.succeeded() ? asked.result() : 0;
              if (bytes == 0) {
                request.resume();
                answer(request, EngineError.UNKNOWN_SID.response());
              } else {
                poll(request, sid, bytes, target);
                request.resume();
              }
            });
  }

  private void existing(
      HttpServerRequest request,
      String sid,
      String transport,
      boolean upgrade,
      EngineServer owner,
      EngineServer.@Nullable SessionView view) {
    if (view == null) {
      request.resume();
      answer(request, EngineError.UNKNOWN_SID.response());
    } else if (upgrade) {
      accept(
          request,
          owner,
          webSocket -> {
            // The listener is set before anything received can follow to the owner's loop.
            owner.run(() -> owner.attach(sid, webSocket));
            webSocket.start();
          });
    } else if (!transport.equals(view.transport())) {
      request.resume();
      answer(request, EngineError.BAD_REQUEST.response());
    } else {
      poll(request, sid, view.maxMessageBytes(), local(owner, sid));
      // Only now are the handlers there that what waits is given to.
      request.resume();
    }
  }

  /**
   * Where a poll goes: how it is answered, what happens if its client goes, or breaks the rules.
   */
  private record Target(
      Function<PollRequest, Future<PollResponse>> forward,
      Consumer<PollRequest> abandoned,
      Runnable violated) {}

  private Target local(EngineServer owner, String sid) {
    return new Target(
        poll -> {
          if (owner.equals(server)) {
            return server.poll(poll);
          }
          Promise<PollResponse> answer = Promise.promise();
          owner.run(() -> owner.poll(poll).onComplete(r -> server.run(() -> answer.handle(r))));
          return answer.future();
        },
        poll -> owner.run(() -> owner.abandoned(poll)),
        () -> owner.run(() -> owner.violated(sid)));
  }

  private void poll(HttpServerRequest request, String sid, int maxBytes, Target target) {
    String method = request.method().name();
    String pollId = server.name() + "." + polls++;
    if (!method.equals("POST")) {
      forward(request, new PollRequest(sid, pollId, method, Buffer.buffer()), target);
    } else if ("application/octet-stream".equals(request.getHeader("content-type"))) {
      target.violated().run();
      answer(request, EngineError.BAD_REQUEST.response());
    } else {
      PollBodies.read(
          request,
          maxBytes,
          body -> forward(request, new PollRequest(sid, pollId, method, body), target),
          error -> {
            target.violated().run();
            answer(request, error.response());
          });
    }
  }

  private void forward(HttpServerRequest request, PollRequest poll, Target target) {
    HttpServerResponse response = request.response();
    response.closeHandler(
        _ -> {
          if (!response.ended()) {
            target.abandoned().accept(poll);
          }
        });
    target
        .forward()
        .apply(poll)
        .onComplete(
            result ->
                answer(
                    request,
                    result.succeeded() ? result.result() : EngineError.UNKNOWN_SID.response()));
  }

  private void answer(HttpServerRequest request, PollResponse answer) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(answer.status());
    answer.headers().forEach(response::putHeader);
    response.putHeader("cache-control", "no-store");
    // A body that was held back may never come, and the next request would be taken for it.
    boolean last = answer.status() >= 400 && PollBodies.isHeldBack(request);
    // After a drain the next request comes over a new connection, which the balancer sends
    // elsewhere.
    if ((last || server.isDraining()) && request.version() != HttpVersion.HTTP_2) {
      response.putHeader("connection", "close");
    }
    Future<Void> sent = response.end(answer.body());
    if (last && request.version() != HttpVersion.HTTP_2) {
      sent.onComplete(_ -> request.connection().close());
    }
  }
}
