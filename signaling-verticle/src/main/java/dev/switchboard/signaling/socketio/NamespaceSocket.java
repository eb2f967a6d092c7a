package dev.switchboard.signaling.socketio;

import dev.switchboard.signaling.socketio.engine.EngineSocket;
import dev.switchboard.signaling.socketio.engine.TimingWheel;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client in a namespace. Before it is admitted nobody but its connection knows of it. */
final class NamespaceSocket implements SocketIoSocket {
  private enum State {
    CONNECTING,
    CONNECTED,
    ENDED
  }

  private static final Logger log = LoggerFactory.getLogger(NamespaceSocket.class);

  private final ClientConnection connection;
  private String id;
  private final String namespace;
  private State state = State.CONNECTING;
  private Recovery.@Nullable Continuity continuity;
  private @Nullable Handler<Event> eventHandler;
  private @Nullable Handler<DisconnectReason> disconnectHandler;
  private @Nullable Map<Long, PendingAck> pendingAcks;
  private long nextAckId;

  NamespaceSocket(ClientConnection connection, String id, String namespace) {
    this.connection = connection;
    this.id = id;
    this.namespace = namespace;
  }

  private EngineSocket engine() {
    return connection.engine();
  }

  @Override
  public String id() {
    return id;
  }

  String namespace() {
    return namespace;
  }

  @Override
  public boolean isConnected() {
    return state == State.CONNECTED;
  }

  boolean hasEnded() {
    return state == State.ENDED;
  }

  void connected(Recovery.@Nullable Continuity known) {
    state = State.CONNECTED;
    continuity = known;
    if (known != null) {
      id = known.socketId();
    }
    engine()
        .sendPacket(
            new PacketEncoder().connected(namespace, id, known == null ? null : known.privateId()));
  }

  @Override
  public Recovery.@Nullable Continuity continuity() {
    return continuity;
  }

  @Override
  public void onEvent(Handler<Event> handler) {
    eventHandler = handler;
  }

  @Override
  public void onDisconnect(Handler<DisconnectReason> handler) {
    disconnectHandler = handler;
  }

  @Override
  public void emit(String event, Object... arguments) {
    if (state == State.CONNECTED) {
      sendEvent(PacketEncoder.NO_ACK, event, arguments);
    }
  }

  private void sendEvent(long ackId, String event, Object[] arguments) {
    PacketEncoder encoder = new PacketEncoder();
    engine().sendPacket(encoder.event(namespace, ackId, event, arguments));
    attach(encoder.attachments());
  }

  private void attach(List<Buffer> attachments) {
    for (int i = 0; i < attachments.size(); i++) {
      engine().sendBinary(attachments.get(i));
    }
  }

  @Override
  public void send(EncodedPacket packet) {
    if (state == State.CONNECTED) {
      engine().send(packet.engineText());
      attach(packet.attachments());
    }
  }

  void acknowledge(long ackId, Object[] arguments) {
    if (state == State.CONNECTED) {
      PacketEncoder encoder = new PacketEncoder();
      engine().sendPacket(encoder.ack(namespace, ackId, arguments));
      attach(encoder.attachments());
    }
  }

  @Override
  public Future<Arguments> emitWithAck(long timeoutMillis, String event, Object... arguments) {
    if (state != State.CONNECTED) {
      return Future.failedFuture(
          new SocketClosedException(DisconnectReason.SERVER_NAMESPACE_DISCONNECT));
    }
    PendingAck pending = new PendingAck(nextAckId++, event);
    if (pendingAcks == null) {
      pendingAcks = new HashMap<>(4);
    }
    pendingAcks.put(pending.ackId, pending);
    connection.wheel().schedule(pending, timeoutMillis);
    sendEvent(pending.ackId, event, arguments);
    return pending.promise.future();
  }

  private final class PendingAck extends TimingWheel.Entry {
    private final long ackId;
    private final String event;
    private final Promise<Arguments> promise = Promise.promise();

    PendingAck(long ackId, String event) {
      this.ackId = ackId;
      this.event = event;
    }

    @Override
    protected void expired() {
      if (pendingAcks != null) {
        pendingAcks.remove(ackId);
      }
      promise.tryFail(new TimeoutException("no acknowledgement of '" + event + "' in time"));
    }
  }

  void acknowledged(long ackId, Arguments arguments) {
    PendingAck pending = pendingAcks == null ? null : pendingAcks.remove(ackId);
    if (pending != null) {
      connection.wheel().cancel(pending);
      pending.promise.tryComplete(arguments);
    }
  }

  void received(Event event) {
    Handler<Event> handler = eventHandler;
    if (handler == null) {
      return;
    }
    try {
      handler.handle(event);
    } catch (RuntimeException e) {
      log.error("The handler of event '{}' failed", event.name(), e);
    }
  }

  @Override
  public Future<Boolean> probe(long timeoutMillis) {
    return state == State.CONNECTED ? engine().probe(timeoutMillis) : Future.succeededFuture(false);
  }

  @Override
  public void ping() {
    if (state == State.CONNECTED) {
      engine().ping();
    }
  }

  @Override
  public long pings() {
    return engine().pings();
  }

  @Override
  public long pongs() {
    return engine().pongs();
  }

  @Override
  public long sincePong() {
    return engine().sincePong();
  }

  @Override
  public long bytesWaiting() {
    return engine().bytesWaiting();
  }

  @Override
  public boolean isSlow() {
    return engine().isSlow();
  }

  @Override
  public void limits(int maxMessageBytes, long slowConsumerBytes) {
    connection.limits(maxMessageBytes, slowConsumerBytes);
  }

  @Override
  public void pause() {
    engine().pause();
  }

  @Override
  public void resume() {
    engine().resume();
  }

  @Override
  public void disconnect() {
    if (state == State.CONNECTED) {
      engine().sendPacket(new PacketEncoder().disconnect(namespace));
      end(DisconnectReason.SERVER_NAMESPACE_DISCONNECT);
      connection.left();
    }
  }

  @Override
  public void close(CloseReason reason) {
    connection.close(reason);
  }

  /** The socket ends, once. */
  void end(DisconnectReason reason) {
    boolean wasConnected = state == State.CONNECTED;
    state = State.ENDED;
    Map<Long, PendingAck> unanswered = pendingAcks;
    pendingAcks = null;
    if (unanswered != null) {
      for (PendingAck pending : unanswered.values()) {
        connection.wheel().cancel(pending);
        pending.promise.tryFail(new SocketClosedException(reason));
      }
    }
    Handler<DisconnectReason> handler = disconnectHandler;
    eventHandler = null;
    disconnectHandler = null;
    if (wasConnected && handler != null) {
      try {
        handler.handle(reason);
      } catch (RuntimeException e) {
        log.error("A disconnect handler failed", e);
      }
    }
  }
}
