package dev.switchboard.signaling.edge;

import dev.switchboard.signaling.socketio.EncodedPacket;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A connected socket as other edges reach it. What arrives while it is held waits, in order: so
 * nothing overtakes the answer to {@code register}. Belongs to the loop of its edge.
 */
public final class ClientSocket {
  private final SocketIoSocket socket;
  private final Handler<JsonObject> notes;
  private @Nullable Deque<EdgeMessage> held;

  /** A socket whose notes go to {@code notes}, each just before its frame is written. */
  public ClientSocket(SocketIoSocket socket, Handler<JsonObject> notes) {
    this.socket = socket;
    this.notes = notes;
  }

  /** The Socket.IO socket itself. */
  public SocketIoSocket socket() {
    return socket;
  }

  /** Lets what arrives from now on wait. */
  public void hold() {
    if (held == null) {
      held = new ArrayDeque<>();
    }
  }

  /** Delivers what waits, and no longer holds. */
  public void release() {
    Deque<EdgeMessage> waiting = held;
    held = null;
    if (waiting != null) {
      waiting.forEach(this::accept);
    }
  }

  /** Takes a message for this socket. */
  void accept(EdgeMessage message) {
    if (held != null && message.kind() != EdgeMessage.Kind.DISPLACE) {
      held.add(message);
      return;
    }
    JsonObject note = message.note();
    if (note != null) {
      notes.handle(note);
    }
    String frame = message.frame();
    if (frame != null) {
      socket.send(EncodedPacket.ofText(frame));
    }
    if (message.kind() == EdgeMessage.Kind.DISPLACE) {
      socket.disconnect();
    }
  }
}
