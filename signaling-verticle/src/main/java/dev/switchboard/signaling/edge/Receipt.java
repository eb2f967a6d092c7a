package dev.switchboard.signaling.edge;

/** What became of an {@link EdgeMessage}. */
public enum Receipt {
  /** The endpoint took it. */
  DELIVERED,
  /** There is no such endpoint, or no such edge: the address is stale. */
  STALE,
  /** No answer within the timeout; it may or may not have arrived. */
  UNKNOWN
}
