package dev.switchboard.signaling.socketio;

import dev.switchboard.signaling.socketio.engine.CloseCause;
import dev.switchboard.signaling.socketio.engine.EdgeName;
import dev.switchboard.signaling.socketio.engine.EngineMetrics;
import dev.switchboard.signaling.socketio.engine.EngineServer;
import dev.switchboard.signaling.socketio.engine.PollRequest;
import dev.switchboard.signaling.socketio.engine.PollResponse;
import dev.switchboard.signaling.socketio.engine.TimingWheel;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The Socket.IO server of one edge (Socket.IO protocol 5 over Engine.IO protocol 4). Create one on
 * each event loop that has an instance of the HTTP server, all with the same options: a request
 * that lands on another loop than its session's finds it.
 *
 * <p>Unless a method says otherwise it is called on the event loop on which the server was created.
 */
public final class SocketIoServer {
  private static final int ID_BYTES = 15;
  private static final SecureRandom RANDOM = new SecureRandom();

  record Namespace(Admission admission, Handler<SocketIoSocket> onConnect) {}

  private final SocketIoOptions options;
  private final EngineServer engine;
  private final Map<String, Namespace> namespaces = new HashMap<>();

  private SocketIoServer(
      Vertx vertx, SocketIoOptions options, EdgeName edge, SocketIoMetrics metrics) {
    this.options = options;
    engine =
        EngineServer.create(
            vertx,
            options.engine(),
            edge,
            counting(metrics),
            socket -> new ClientConnection(this, socket));
  }

  /** Creates the server of the edge whose event loop is the current one. */
  public static SocketIoServer create(
      Vertx vertx, SocketIoOptions options, EdgeName edge, SocketIoMetrics metrics) {
    return new SocketIoServer(vertx, options, edge, metrics);
  }

  /**
   * Sets what the host's HTTP server needs.
   *
   * @param largestMessageBytes the most that any connection's limits will allow
   */
  public static HttpServerOptions httpOptions(HttpServerOptions http, int largestMessageBytes) {
    return EngineServer.httpOptions(http, largestMessageBytes);
  }

  /**
   * Opens a namespace.
   *
   * @param name with its leading slash
   * @param onConnect called for each client that was admitted; sets the handlers of its socket
   */
  public SocketIoServer namespace(
      String name, Admission admission, Handler<SocketIoSocket> onConnect) {
    namespaces.put(name, new Namespace(admission, onConnect));
    return this;
  }

  /**
   * Handles every request under the path: polls, preflights and WebSocket upgrades. No body handler
   * may have run before.
   */
  public void handle(HttpServerRequest request) {
    engine.handle(request);
  }

  /**
   * Answers a poll that reached another node: with {@link PollResponse#NOTHING_YET} where nothing
   * came for a GET in time. The future never fails.
   */
  public Future<PollResponse> poll(PollRequest request, long atMostMillis) {
    return engine.poll(request, atMostMillis);
  }

  /** The largest message that a session takes, in bytes; 0 if it is not here. */
  public int maxMessageBytes(String sid) {
    return engine.maxMessageBytes(sid);
  }

  /** The client of a session here broke the rules of polling on another node. */
  public void violated(String sid) {
    engine.violated(sid);
  }

  /** The client of a poll that reached another node has gone before the answer. */
  public void abandoned(PollRequest request) {
    engine.abandoned(request);
  }

  /** How many connections are open. */
  public int connections() {
    return engine.connections();
  }

  /**
   * Takes no more connections and closes the transports of those there are, spread evenly over a
   * time, without a Socket.IO DISCONNECT: official clients come back by themselves, elsewhere.
   *
   * @param last true for sockets whose connections are closed after all others
   */
  public Future<Void> close(Duration spread, Predicate<SocketIoSocket> last) {
    return engine.close(
        spread,
        CloseReason.SHUTDOWN.webSocketCode(),
        listener -> listener instanceof ClientConnection client && client.any(last));
  }

  /** Closes every connection in the same way at once, and goes on taking new ones. */
  public void sendAway() {
    engine.closeAll(CloseReason.SHUTDOWN.webSocketCode());
  }

  SocketIoOptions options() {
    return options;
  }

  /** One timer for the deadlines of everything on this loop. */
  public TimingWheel wheel() {
    return engine.wheel();
  }

  void run(Runnable task) {
    engine.run(task);
  }

  <T extends @Nullable Object> Future<T> aside(Callable<T> work) {
    return engine.aside(work);
  }

  @Nullable Namespace find(String name) {
    return namespaces.get(name);
  }

  /** Not derived from the session id, which must stay secret. */
  String newSocketId() {
    byte[] id = new byte[ID_BYTES];
    RANDOM.nextBytes(id);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
  }

  static DisconnectReason reason(CloseCause cause) {
    return switch (cause) {
      case TRANSPORT_CLOSE -> DisconnectReason.TRANSPORT_CLOSE;
      case TRANSPORT_ERROR -> DisconnectReason.TRANSPORT_ERROR;
      case PING_TIMEOUT -> DisconnectReason.PING_TIMEOUT;
      case PARSE_ERROR -> DisconnectReason.PARSE_ERROR;
      case SLOW_CONSUMER -> DisconnectReason.SLOW_CONSUMER;
      case SERVER_CLOSE -> DisconnectReason.FORCED_SERVER_CLOSE;
    };
  }

  private static EngineMetrics counting(SocketIoMetrics metrics) {
    return new EngineMetrics() {
      @Override
      public void opened(String transport) {
        metrics.opened(transport);
      }

      @Override
      public void upgraded() {
        metrics.upgraded();
      }

      @Override
      public void closed(String transport, CloseCause cause) {
        metrics.closed(transport, reason(cause));
      }
    };
  }
}
