package dev.switchboard.signaling.edge;

/** A socket that messages of other edges reach. Belongs to the loop of its edge. */
public interface Recipient {
  /** Takes a message; false if it is not for this socket any more. */
  boolean accept(EdgeMessage message);
}
