package dev.switchboard.signaling.edge;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;

/** Sees to what an edge left behind in Redis when it died. On the loop of the edge that sweeps. */
@FunctionalInterface
public interface Leftovers {
  /**
   * Sees to one entry of an edge whose lease is over, and takes it out of its set once that is
   * done. May be asked again for the same entry.
   */
  Future<Void> settle(String edge, JsonArray entry);
}
