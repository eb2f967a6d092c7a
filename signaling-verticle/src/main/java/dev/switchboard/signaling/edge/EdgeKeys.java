package dev.switchboard.signaling.edge;

/** The Redis keys of edges that Java names; the scripts know them too, and some more. */
final class EdgeKeys {
  /** Sorted set of edges by the end of their lease. */
  static final String LEASES = "edge:leases";

  private EdgeKeys() {}

  /** List of the messages that were left for an edge. */
  static String mail(String edge) {
    return "edge:mail:" + edge;
  }
}
