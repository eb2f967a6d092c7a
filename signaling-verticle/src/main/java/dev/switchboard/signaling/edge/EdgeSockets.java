package dev.switchboard.signaling.edge;

import dev.switchboard.shared.role.EdgeId;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of one edge, by their id. Only its own loop touches it; other loops hand their
 * messages over to {@link #context}.
 */
public final class EdgeSockets {
  /** How long a socket may take to answer a probe, in milliseconds. */
  public static final long PROBE_MILLIS = 2_000;

  private final EdgeId edge;
  private final Context context;
  private final Map<String, ClientSocket> sockets = new HashMap<>();
  private final Map<String, Recipient> others = new HashMap<>();
  private final SeenLetters seen = new SeenLetters();
  private Consumer<EdgeMessage> unanswered = message -> {};

  /** The sockets of the edge whose loop calls this. */
  public EdgeSockets(EdgeId edge, Vertx vertx) {
    this.edge = edge;
    this.context = vertx.getOrCreateContext();
  }

  /** Whose sockets they are. */
  public EdgeId edge() {
    return edge;
  }

  Context context() {
    return context;
  }

  /** Sets who is told of a probe that was not answered. */
  public void onUnansweredProbe(Consumer<EdgeMessage> handler) {
    unanswered = handler;
  }

  /** Makes a socket reachable. */
  public void add(ClientSocket socket) {
    sockets.put(socket.socket().id(), socket);
  }

  /** Takes a socket out. */
  public void remove(String socketId) {
    sockets.remove(socketId);
  }

  /** Makes a socket reachable that is not one of the calls'. */
  public void add(String id, Recipient socket) {
    others.put(id, socket);
  }

  /** Takes out a socket that is not one of the calls'. */
  public void removeOther(String id) {
    others.remove(id);
  }

  /** The socket with this id; null if it is not here. */
  public @Nullable ClientSocket get(String socketId) {
    return sockets.get(socketId);
  }

  /** How many there are. */
  public int size() {
    return sockets.size();
  }

  /** Every socket, as of now. */
  public Iterable<ClientSocket> all() {
    return sockets.values();
  }

  /** Takes what came over the bus; what has come round by Redis before is not taken again. */
  Receipt receive(EdgeLetter letter) {
    return seen.take(letter) ? receive(letter.message()) : Receipt.DELIVERED;
  }

  /** Takes what came round by Redis, whose sender has to believe that it arrives. */
  public void receiveMail(EdgeLetter letter) {
    if (!seen.take(letter)) {
      return;
    }
    EdgeMessage message = letter.message();
    Receipt receipt = receive(message);
    if (receipt == Receipt.NO_SESSION && message.kind() == EdgeMessage.Kind.WRITE_AND_PROBE) {
      unanswered.accept(message);
    }
  }

  /** Takes a message on this edge's own loop. */
  Receipt receive(EdgeMessage message) {
    ClientSocket target = sockets.get(message.socketId());
    if (target == null) {
      Recipient other = others.get(message.socketId());
      return other != null && other.accept(message) ? Receipt.DELIVERED : Receipt.NO_SESSION;
    }
    if (!target.socket().isConnected()) {
      return Receipt.NO_SESSION;
    }
    target.accept(message);
    if (message.kind() == EdgeMessage.Kind.WRITE_AND_PROBE) {
      target
          .socket()
          .probe(PROBE_MILLIS)
          .onSuccess(
              alive -> {
                if (!alive) {
                  unanswered.accept(message);
                }
              });
    }
    return Receipt.DELIVERED;
  }
}
