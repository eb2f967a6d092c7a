package dev.switchboard.signaling.socketio;

import dev.switchboard.signaling.socketio.engine.EdgeName;
import dev.switchboard.signaling.socketio.engine.EngineMetrics;
import dev.switchboard.signaling.socketio.engine.EngineServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
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
  record Namespace(Admission admission, BiConsumer<SocketIoSocket, Handshake> onConnect) {}

  private final SocketIoOptions options;
  private final EngineServer engine;
  private final Map<String, Namespace> namespaces = new HashMap<>();
  private @Nullable Recovery recovery;

  /** The server of the edge whose event loop is the current one. */
  public SocketIoServer(
      Vertx vertx, SocketIoOptions options, EdgeName edge, EngineMetrics metrics) {
    this.options = options;
    this.engine =
        new EngineServer(
            vertx, options.engine(), edge, metrics, socket -> new ClientConnection(this, socket));
  }

  /**
   * Opens a namespace.
   *
   * @param name with its leading slash
   * @param onConnect called for each client that was admitted, with what it sent for that; sets the
   *     handlers of its socket
   */
  public SocketIoServer namespace(
      String name, Admission admission, BiConsumer<SocketIoSocket, Handshake> onConnect) {
    namespaces.put(name, new Namespace(admission, onConnect));
    return this;
  }

  /** Lets sockets of namespace {@code /} be recovered. */
  public void recovery(Recovery newRecovery) {
    recovery = newRecovery;
  }

  /**
   * Handles every request under the path: polls, preflights and WebSocket upgrades. No body handler
   * may have run before.
   */
  public void handle(HttpServerRequest request) {
    engine.handle(request);
  }

  /** The layer below: its sessions, as other nodes ask for them, and the timer of this loop. */
  public EngineServer engine() {
    return engine;
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

  @Nullable Recovery recovery() {
    return recovery;
  }

  @Nullable Namespace find(String name) {
    return namespaces.get(name);
  }
}
