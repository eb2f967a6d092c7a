package dev.switchboard.shared.relay;

import dev.switchboard.shared.config.Settings;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which STUN servers clients are told of, as the settings have it. Pure. */
public final class StunDefault {
  /** Where there is no relay of one's own, and in development. */
  public static final String PUBLIC = "stun:stun.l.google.com:19302";

  private static final String SETTING = "STUN_SERVER_URL";

  /** A TURN URL over UDP, with or without a name and a password before the host. */
  private static final Pattern BY_UDP =
      Pattern.compile("turn:(?:.+@)?([^@?]+)(?:\\?transport=udp)?", Pattern.CASE_INSENSITIVE);

  private StunDefault() {}

  /**
   * What counts while nobody has set any: in production the relays of {@code TURN_SERVER_URL},
   * which answer STUN on the same port, so that no third party learns who calls; else a public
   * server. As a setting would have it, comma-separated.
   */
  public static String byDefault(Settings settings) {
    settings.text(SETTING, PUBLIC);
    Optional<String> relays = settings.firstOf("TURN_SERVER_URL", "WEBRTC_TURN_SERVERS");
    if (!settings.environment().isProduction() || relays.isEmpty()) {
      return PUBLIC;
    }
    List<String> own =
        Settings.split(relays.get()).stream()
            .map(BY_UDP::matcher)
            .filter(Matcher::matches)
            .map(relay -> "stun:" + relay.group(1))
            .distinct()
            .toList();
    return own.isEmpty() ? PUBLIC : String.join(",", own);
  }

  /** The servers that are set, else those by default; not checked. */
  public static List<String> urls(Settings settings) {
    String byDefault = byDefault(settings);
    return Settings.split(settings.firstOf(SETTING, "WEBRTC_STUN_SERVERS").orElse(byDefault));
  }
}
