package dev.switchboard.signaling.edge;

/** What became of an {@link EdgeMessage}. */
public enum Receipt {
  /** It was handed to the socket. */
  DELIVERED,
  /** There is no such socket there, or no such edge: the entry that led there is stale. */
  NO_SESSION,
  /** Nobody answered in time; it may or may not have arrived. */
  UNKNOWN
}
