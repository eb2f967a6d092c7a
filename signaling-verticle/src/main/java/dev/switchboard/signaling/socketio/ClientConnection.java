package dev.switchboard.signaling.socketio;

import dev.switchboard.signaling.socketio.engine.CloseCause;
import dev.switchboard.signaling.socketio.engine.EngineListener;
import dev.switchboard.signaling.socketio.engine.EngineSocket;
import dev.switchboard.signaling.socketio.engine.SessionIds;
import dev.switchboard.signaling.socketio.engine.TimingWheel;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection and its sockets, one in each namespace. As an entry of the timing wheel it waits
 * for the first of them.
 */
final class ClientConnection extends TimingWheel.Entry implements EngineListener {
  private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);
  private static final String ROOT = "/";
  private static final int PROTOCOL_ERROR = 1002;
  private static final int TOO_LARGE = 1009;

  private static final int NORMAL = 1000;
  private static final int ID_BYTES = 15;

  /** A binary packet whose attachments are still coming. */
  private static final class Incomplete {
    private final IncomingPacket packet;
    private final List<Buffer> attachments;
    private int bytes;

    Incomplete(IncomingPacket packet) {
      this.packet = packet;
      attachments = new ArrayList<>(packet.attachments());
    }
  }

  private final SocketIoServer server;
  private final EngineSocket engine;
  private int maxMessageBytes;
  private @Nullable NamespaceSocket root;
  private @Nullable Map<String, NamespaceSocket> others;
  private @Nullable Incomplete incomplete;
  private @Nullable Deque<Runnable> behind;
  private DisconnectReason serverCloseReason = DisconnectReason.SERVER_SHUTDOWN;

  ClientConnection(SocketIoServer server, EngineSocket engine) {
    this.server = server;
    this.engine = engine;
    maxMessageBytes = server.options().engine().maxPayloadBytes();
    wheel().schedule(this, server.options().connectTimeoutMillis());
  }

  EngineSocket engine() {
    return engine;
  }

  TimingWheel wheel() {
    return server.engine().wheel();
  }

  void limits(int newMaxMessageBytes, long slowConsumerBytes) {
    maxMessageBytes = newMaxMessageBytes;
    engine.limits(newMaxMessageBytes, slowConsumerBytes);
  }

  /** No namespace was connected to in time. */
  @Override
  protected void expired() {
    if (!isInUse()) {
      serverCloseReason = DisconnectReason.FORCED_SERVER_CLOSE;
      engine.close(CloseCause.SERVER_CLOSE, NORMAL);
    }
  }

  private boolean isInUse() {
    if (root != null && root.isConnected()) {
      return true;
    }
    return others != null && others.values().stream().anyMatch(NamespaceSocket::isConnected);
  }

  boolean any(Predicate<SocketIoSocket> wanted) {
    return (root != null && wanted.test(root))
        || (others != null && others.values().stream().anyMatch(wanted));
  }

  // ---- packets

  @Override
  public void text(String message) {
    if (behind != null) {
      behind.add(() -> text(message));
    } else if (incomplete == null && message.length() > IncomingPacket.LARGE_CHARS) {
      readAside(message);
    } else {
      received(
          incomplete != null
              ? null
              : IncomingPacket.decode(message, server.options().maxAttachments()));
    }
  }

  /** A large packet is checked by a worker; what comes meanwhile waits behind it. */
  private void readAside(String message) {
    Deque<Runnable> waiting = new ArrayDeque<>();
    behind = waiting;
    engine.pause();
    server
        .engine()
        .aside(() -> IncomingPacket.decode(message, server.options().maxAttachments()))
        .onComplete(
            read -> {
              engine.resume();
              behind = null;
              if (engine.isOpen()) {
                received(read.result());
                waiting.forEach(Runnable::run);
              }
            });
  }

  private void received(@Nullable IncomingPacket packet) {
    if (packet == null) {
      fail();
    } else if (packet.attachments() > 0) {
      incomplete = new Incomplete(packet);
    } else {
      dispatch(packet, null, 0);
    }
  }

  @Override
  public void binary(Buffer message) {
    if (behind != null) {
      behind.add(() -> binary(message));
      return;
    }
    Incomplete waiting = incomplete;
    if (waiting == null) {
      fail();
      return;
    }
    // The packet as a whole is one message.
    if (waiting.bytes + (long) message.length() > maxMessageBytes) {
      incomplete = null;
      engine.close(CloseCause.PARSE_ERROR, TOO_LARGE);
      return;
    }
    waiting.bytes += message.length();
    waiting.attachments.add(message);
    if (waiting.attachments.size() == waiting.packet.attachments()) {
      incomplete = null;
      IncomingPacket packet = waiting.packet;
      JsonArray array =
          packet.isTooDeep()
              ? new JsonArray()
              : JsonText.decodeArray(packet.text(), packet.payloadAt(), waiting.attachments);
      if (array == null) {
        fail();
      } else {
        dispatch(packet, array, waiting.bytes);
      }
    }
  }

  private void dispatch(
      IncomingPacket packet, @Nullable JsonArray withAttachments, int attachedBytes) {
    NamespaceSocket socket = find(packet.namespace());
    if (packet.type() == IncomingPacket.CONNECT) {
      if (socket != null && !socket.hasEnded()) {
        fail();
      } else {
        connect(packet);
      }
    } else if (socket == null || !(socket.isConnected() || socket.hasEnded())) {
      fail();
    } else if (socket.isConnected()) {
      deliver(socket, packet, withAttachments, attachedBytes);
    }
    // What was under way when we disconnected the socket is dropped.
  }

  private void deliver(
      NamespaceSocket socket,
      IncomingPacket packet,
      @Nullable JsonArray withAttachments,
      int attachedBytes) {
    JsonText.Slices slices = packet.slices();
    if (slices == null) {
      remove(socket);
      socket.end(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT);
      left();
      return;
    }
    boolean event = packet.type() == IncomingPacket.EVENT;
    Arguments arguments =
        new Arguments(packet.text(), slices.places(), event ? 1 : 0, withAttachments);
    String name = slices.name();
    if (event && name != null) {
      socket.received(new Event(socket, packet, name, arguments, attachedBytes));
    } else {
      socket.acknowledged(packet.ackId(), arguments);
    }
  }

  /** A packet that must not come now: nothing that follows can be trusted. */
  private void fail() {
    incomplete = null;
    engine.close(CloseCause.PARSE_ERROR, PROTOCOL_ERROR);
  }

  // ---- namespaces

  private @Nullable NamespaceSocket find(String namespace) {
    if (namespace.equals(ROOT)) {
      return root;
    }
    return others == null ? null : others.get(namespace);
  }

  private void put(NamespaceSocket socket) {
    if (socket.namespace().equals(ROOT)) {
      root = socket;
    } else {
      if (others == null) {
        others = new HashMap<>(4);
      }
      others.put(socket.namespace(), socket);
    }
  }

  private void remove(NamespaceSocket socket) {
    if (socket.equals(root)) {
      root = null;
    } else if (others != null) {
      others.remove(socket.namespace(), socket);
    }
  }

  private void connect(IncomingPacket packet) {
    SocketIoServer.Namespace namespace = server.find(packet.namespace());
    if (namespace == null) {
      refuse(packet.namespace(), new ConnectRefusedException("Invalid namespace", null));
      return;
    }
    Handshake handshake = new Handshake(engine.query(), packet.auth());
    // Not derived from the session id, which must stay secret.
    String id = SessionIds.random(ID_BYTES);
    NamespaceSocket socket = new NamespaceSocket(this, id, packet.namespace());
    put(socket);
    admit(namespace, handshake)
        .onComplete(
            result ->
                server.engine().run(() -> decided(socket, namespace, handshake, result.cause())));
  }

  private static Future<Void> admit(SocketIoServer.Namespace namespace, Handshake handshake) {
    try {
      return namespace.admission().admit(handshake);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private void decided(
      NamespaceSocket socket,
      SocketIoServer.Namespace namespace,
      Handshake handshake,
      @Nullable Throwable refusal) {
    if (!engine.isOpen()) {
      return;
    }
    if (refusal != null) {
      remove(socket);
      if (!(refusal instanceof ConnectRefusedException)) {
        log.error("The admission to {} failed", socket.namespace(), refusal);
      }
      refuse(
          socket.namespace(),
          refusal instanceof ConnectRefusedException refused
              ? refused
              : new ConnectRefusedException("Internal server error", null));
      return;
    }
    Recovery recovery = socket.namespace().equals(ROOT) ? server.recovery() : null;
    if (recovery == null) {
      enter(socket, namespace, handshake, null);
    } else {
      recovery
          .begin(handshake, socket.id())
          .onSuccess(
              known -> server.engine().run(() -> enter(socket, namespace, handshake, known)));
    }
  }

  private void enter(
      NamespaceSocket socket,
      SocketIoServer.Namespace namespace,
      Handshake handshake,
      Recovery.@Nullable Continuity continuity) {
    if (!engine.isOpen()) {
      return;
    }
    wheel().cancel(this);
    socket.connected(continuity);
    try {
      namespace.onConnect().accept(socket, handshake);
    } catch (RuntimeException e) {
      log.error("The connect handler of {} failed", socket.namespace(), e);
      socket.disconnect();
    }
  }

  private void refuse(String namespace, ConnectRefusedException refused) {
    engine.sendPacket(
        new PacketEncoder()
            .refused(namespace, String.valueOf(refused.getMessage()), refused.data()));
  }

  /** A socket has left its namespace. A connection without any has the time of a new one. */
  void left() {
    if (engine.isOpen() && !isInUse()) {
      wheel().schedule(this, server.options().connectTimeoutMillis());
    }
  }

  // ---- the end

  void close(CloseReason reason) {
    serverCloseReason = reason.disconnectReason();
    engine.close(
        reason == CloseReason.SLOW_CONSUMER ? CloseCause.SLOW_CONSUMER : CloseCause.SERVER_CLOSE,
        reason.webSocketCode());
  }

  /** What the end of the engine's session means to sockets. */
  private DisconnectReason reason(CloseCause cause) {
    return switch (cause) {
      case TRANSPORT_CLOSE -> DisconnectReason.TRANSPORT_CLOSE;
      case TRANSPORT_ERROR -> DisconnectReason.TRANSPORT_ERROR;
      case PING_TIMEOUT -> DisconnectReason.PING_TIMEOUT;
      case PARSE_ERROR -> DisconnectReason.PARSE_ERROR;
      case SLOW_CONSUMER -> DisconnectReason.SLOW_CONSUMER;
      case SERVER_CLOSE -> serverCloseReason;
    };
  }

  @Override
  public void closed(CloseCause cause) {
    wheel().cancel(this);
    incomplete = null;
    DisconnectReason reason = reason(cause);
    if (root != null) {
      root.end(reason);
    }
    if (others != null) {
      for (NamespaceSocket socket : List.copyOf(others.values())) {
        socket.end(reason);
      }
    }
  }
}
