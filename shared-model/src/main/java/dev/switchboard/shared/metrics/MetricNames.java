package dev.switchboard.shared.metrics;

/** The names of our metrics, as Micrometer writes them: dots become underscores in Prometheus. */
public final class MetricNames {
  public static final String SOCKETS = "switchboard.sockets";
  public static final String REGISTERED_USERS = "switchboard.registered.users";
  public static final String CALLS = "switchboard.calls";
  public static final String CALL_SETUP = "switchboard.call.setup";
  public static final String EVENTS_RELAYED = "switchboard.events.relayed";
  public static final String BUS_REQUEST = "switchboard.bus.request";
  public static final String REDIS_COMMAND = "switchboard.redis.command";
  public static final String RATE_LIMITED = "switchboard.rate.limited";
  public static final String CALLS_ENDED = "switchboard.calls.ended";

  /** What became of rings, and why devices did not ring. */
  public static final String RING_OUTCOMES = "switchboard.ring.outcomes";

  public static final String CALL_DURATION = "switchboard.call.duration";

  /** How calls were, as their clients report it; of these three each side of a call counts once. */
  public static final String CALL_RTT = "switchboard.call.rtt";

  public static final String CALL_JITTER = "switchboard.call.jitter";
  public static final String CALL_LOSS = "switchboard.call.loss.ratio";
  public static final String ICE_CONNECTIONS = "switchboard.ice.connections";
  public static final String TURN_UP = "switchboard.turn.up";
  public static final String TURN_PROVIDER_REQUESTS = "switchboard.turn.provider.requests";
  public static final String TURN_PROVIDER_LIFE = "switchboard.turn.provider.life";
  public static final String RELAY_BYTES = "switchboard.relay.bytes";
  public static final String RELAY_CUTS = "switchboard.relay.cuts";
  public static final String STORE_UP = "switchboard.store.up";
  public static final String EDGE_REPAIRS = "switchboard.edge.repairs";
  public static final String CHAT_MEMBERS = "switchboard.chat.members";
  public static final String CHAT_MESSAGE_BYTES = "switchboard.chat.message";
  public static final String CHAT_REFUSED = "switchboard.chat.refused";
  public static final String PUSH_SENT = "push.notifications.sent";
  public static final String PUSH_DURATION = "push.notification.duration";
  public static final String PUSH_QUEUE_DEPTH = "push.queue.depth";
  public static final String PUSH_SUBSCRIPTIONS = "push.subscriptions.active";
  public static final String PUSH_RETRIES = "push.retries";
  public static final String PUSH_DEAD = "push.dead.letters";
  public static final String PUSH_DEAD_WAITING = "push.dead.letters.waiting";
  public static final String PUSH_REMOVED = "push.tokens.removed";
  public static final String PUSH_QUARANTINED = "push.tokens.quarantined";

  /** From {@code call_initiate} to the provider's answer. */
  public static final String PUSH_RING = "push.ring.delivery";

  /** From the event to the receiver's having it. */
  public static final String WEBHOOK_DELIVERY = "switchboard.webhook.delivery";

  public static final String WEBHOOK_FAILURES = "switchboard.webhook.failures";
  public static final String WEBHOOK_DEAD = "switchboard.webhook.dead.letters";
  public static final String WEBHOOK_DEAD_WAITING = "switchboard.webhook.dead.letters.waiting";
  public static final String WEBHOOK_DROPPED = "switchboard.webhook.dropped";
  public static final String WEBHOOK_WAITING = "switchboard.webhook.queue.subjects";
  public static final String WEBHOOK_AGE = "switchboard.webhook.queue.age";
  public static final String CALL_AUTHORIZE = "switchboard.call.authorize";

  private MetricNames() {}
}
