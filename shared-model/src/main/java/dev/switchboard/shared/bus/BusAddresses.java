package dev.switchboard.shared.bus;

import dev.switchboard.shared.role.EdgeId;

/** Every address of the event bus. There is none per user, room or call: each costs every node. */
public final class BusAddresses {
  /**
   * Request {@code {userId, callId?}} → {@code {iceServers, ttl}}; answered by any ICE node. With
   * {@code callId} the credential is bound to that call.
   */
  public static final String ICE_SERVERS = "ice.servers";

  /**
   * Published {@code {callIds}}: these calls are over, and whoever can has what relays still carry
   * for them ended. May come twice, late, or not at all.
   */
  public static final String CALLS_OVER = "calls.over";

  /**
   * Published {@code {roomId}}: a room is deleted or expired, and whoever holds sockets of it puts
   * them out. May come twice, and for a room that nobody is in.
   */
  public static final String ROOMS_DELETED = "rooms.deleted";

  /**
   * Published {@code {answerTo}}: every process sends {@code {node, parts: [{role, health,
   * features}]}} to that address.
   */
  public static final String HEALTH = "health";

  private BusAddresses() {}

  /** What one edge receives for its sockets. */
  public static String edge(EdgeId edge) {
    return "edge." + edge;
  }

  /** Where polls go that reached another node than the session's, which one edge holds. */
  public static String polls(EdgeId edge) {
    return "polls." + edge;
  }

  /** Where one process receives the replies to {@link #HEALTH}. */
  public static String healthAnswers(String node) {
    return "health." + node;
  }
}
