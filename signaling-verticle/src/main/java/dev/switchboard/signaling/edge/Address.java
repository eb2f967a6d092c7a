package dev.switchboard.signaling.edge;

import dev.switchboard.shared.role.EdgeId;

/** Where an {@link Endpoint} is, as far as the sender knows. */
public interface Address {
  /** The edge it was on. */
  EdgeId edge();

  /** Its id there. */
  String endpoint();
}
