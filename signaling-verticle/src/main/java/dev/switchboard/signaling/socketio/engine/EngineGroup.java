package dev.switchboard.signaling.socketio.engine;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The edges of one process that serve the same path. A request that lands on one of them finds its
 * session on another one here. Thread-safe.
 */
public final class EngineGroup {
  private final ConcurrentMap<EdgeName, EngineServer> edges = new ConcurrentHashMap<>();

  void join(EngineServer edge) {
    if (edges.putIfAbsent(edge.name(), edge) != null) {
      throw new IllegalStateException("edge " + edge.name() + " is in this group already");
    }
  }

  void leave(EngineServer edge) {
    edges.remove(edge.name(), edge);
  }

  @Nullable EngineServer find(EdgeName name) {
    return edges.get(name);
  }
}
