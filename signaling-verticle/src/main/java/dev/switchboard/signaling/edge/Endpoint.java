package dev.switchboard.signaling.edge;

/** What messages of other edges reach: a socket, or a feature of an edge. On the edge's loop. */
@FunctionalInterface
public interface Endpoint {
  /** Takes a message; false if it is not for this endpoint any more. */
  boolean accept(EdgeMessage message);
}
