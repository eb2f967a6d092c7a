package dev.switchboard.signaling;

import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.push.PushApps;
import dev.switchboard.shared.webhooks.WebhookEvents;
import dev.switchboard.signaling.authorize.AuthorizeSettings;
import dev.switchboard.signaling.edge.EdgeLease;
import java.time.Duration;
import java.util.Set;

/**
 * The settings of signaling.
 *
 * @param guests whether a socket without a token may connect
 * @param trustGuests whether such a socket may register as whom it names ({@code CALL_AUTH=trust})
 * @param callWaiting whether a busy callee is rung all the same, and its app answers busy
 * @param signalMaxBytes the largest event payload
 * @param eventsPerSecond 0 for no limit
 * @param callsPerMinute 0 for no limit
 * @param pushApps the names of the apps that a device may belong to ({@code PUSH_APPS})
 * @param roomSilence after how long without any frame a room socket is dropped
 * @param webhooks which events of calls are filed
 * @param recovery how long after its end a socket can be recovered; zero for never
 * @param authorize whom to ask before a call rings
 */
public record SignalingSettings(
    boolean guests,
    boolean trustGuests,
    boolean callWaiting,
    Duration ringTimeout,
    Duration reconnectGrace,
    Duration maxDuration,
    int signalMaxBytes,
    int eventsPerSecond,
    int eventsBurst,
    int callsPerMinute,
    Duration pingInterval,
    Duration pingTimeout,
    long slowConsumerBytes,
    Set<String> pushApps,
    Duration roomSilence,
    WebhookEvents webhooks,
    Duration recovery,
    AuthorizeSettings authorize) {

  /** How clients without a token are treated. */
  private enum CallAuth {
    TOKEN,
    TRUST
  }

  /** Reads the settings; throws {@link dev.switchboard.shared.config.BadSettingException}. */
  public static SignalingSettings from(Settings settings) {
    boolean trustGuests =
        settings.choice("CALL_AUTH", CallAuth.class, CallAuth.TOKEN) == CallAuth.TRUST;
    return new SignalingSettings(
        settings.flag("GUESTS", true),
        trustGuests,
        settings.flag("CALL_WAITING", trustGuests),
        settings.positiveDuration("CALL_RING_TIMEOUT", Duration.ofSeconds(45)),
        settings.duration("CALL_RECONNECT_GRACE", Duration.ofSeconds(15)),
        settings.positiveDuration("CALL_MAX_DURATION", Duration.ofHours(2)),
        settings.integer("SIGNAL_MAX_BYTES", 65_536, 1_024, 1_000_000),
        settings.integer("RATE_EVENTS_PER_SECOND", 50, 0, 1_000_000),
        settings.integer("RATE_EVENTS_BURST", 200, 1, 1_000_000),
        settings.integer("RATE_CALLS_PER_MINUTE", 30, 0, 1_000_000),
        settings.positiveDuration("SOCKET_PING_INTERVAL", Duration.ofSeconds(25)),
        settings.positiveDuration("SOCKET_PING_TIMEOUT", Duration.ofSeconds(20)),
        settings.number("SLOW_CONSUMER_BYTES", 1_048_576, 65_536, 1_073_741_824),
        Set.copyOf(PushApps.from(settings).names()),
        settings.positiveDuration("ROOM_SOCKET_SILENCE", Duration.ofSeconds(60)),
        WebhookEvents.from(settings),
        settings.duration("CONNECTION_RECOVERY", Duration.ZERO),
        AuthorizeSettings.from(settings));
  }

  /** How long what is kept for a device waits for it. */
  public long keepMillis() {
    return Math.max(reconnectGrace.toMillis() * 3, ringTimeout.toMillis());
  }

  /** How long after its end a socket may still look alive: by its pings, or its node's lease. */
  public long unnoticedMillis() {
    return pingInterval.plus(pingTimeout).plus(EdgeLease.LEASE).toMillis();
  }
}
