package dev.switchboard.shared.bus;

import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.role.RoleName;

/** Every address of the event bus. There is none per user, room or call: each costs every node. */
public final class BusAddresses {
  /**
   * Request {@code {userId, callId?}} → {@code {iceServers, ttl, leftOut, complete}}; answered by
   * the ICE role of the process that asks, or of any node where that has none or lacks what a
   * provider should have given ({@code complete} is false then). With {@code callId} the credential
   * is bound to that call. {@code leftOut} are the URLs of relays that are dead.
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

  /**
   * Request {@code {userId}} → {@code {devices: [{deviceId, type, app, platform, lastSuccess,
   * lastFailure, quarantinedUntil}], providers: [{type, provider, state, why}]}}; answered by any
   * push node.
   */
  public static final String PUSH_DEVICES = "push.devices";

  /**
   * Published {@code {answerTo}}: every process sends {@code {node, …}}, what operators are told of
   * it, to that address.
   */
  public static final String OVERVIEW = "overview";

  /**
   * Request {@code {userId, counted, devices}} → {@code {status, body, retryAfterMillis?}};
   * answered by any node with the push role, which stores the devices. {@code counted} says whether
   * the user's own limit counts.
   */
  public static final String USER_DEVICES = "user.devices";

  private BusAddresses() {}

  /**
   * Request: a list of ids of sockets → an object of {@code {alive, lastPong}} by id, of those that
   * this edge has.
   */
  public static String pongs(EdgeId edge) {
    return "pongs." + edge;
  }

  /** Request, a user's id → what a role keeps of that user; answered by any node with the role. */
  public static String userData(RoleName role) {
    return "user.data." + role.wireName();
  }

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

  /** Where one process receives the replies to {@link #OVERVIEW}. */
  public static String overviewAnswers(String node) {
    return "overview." + node;
  }

  /** Request {@code {by}} → {@code {}}: that process begins to drain, as at SIGTERM. */
  public static String drain(String node) {
    return "drain." + node;
  }

  /**
   * Request {@code {method, path, headers, body}} → {@code {status, headers, body}}: a request to
   * the API that another process has received and that process answers.
   */
  public static String api(String node) {
    return "api." + node;
  }
}
