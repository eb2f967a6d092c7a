package dev.switchboard.signaling.edge;

import io.vertx.core.Future;

/**
 * What edges leave behind in Redis when they die: the entries of the sets {@code
 * edge:<kind>:<edge>}. Belongs to the loop of its edge.
 */
public interface Leftovers {
  /** The middle part of the key. */
  String kind();

  /**
   * Sees to one entry of an edge whose lease is over, and takes it out of the set once that is
   * done. May be asked again for the same entry.
   */
  Future<Void> settle(String edge, String entry);
}
