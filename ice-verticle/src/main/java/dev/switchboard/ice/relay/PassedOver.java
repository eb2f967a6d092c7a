package dev.switchboard.ice.relay;

import dev.switchboard.ice.relay.Relay.Transport;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What clients take in a list of servers and never connect to, without a word to the app: a relay
 * that answers every probe, and calls that fail for some users. Seen with Chromium 156, libwebrtc
 * in webrtc-java 0.14 and Firefox ESR 153; {@code findings/} has programs that show it.
 */
public final class PassedOver {
  private static final int DNS = 53;
  private static final int HTTP = 80;
  private static final int HTTPS = 443;
  private static final int FIRST_UNPRIVILEGED = 1_024;

  private PassedOver() {}

  /** Who never connects to a relay and what would help, in a sentence each; empty if all do. */
  public static List<String> reasons(Relay relay) {
    List<String> reasons = new ArrayList<>(2);
    boolean isStream = relay.transport() != Transport.UDP;
    int port = relay.port();
    if (port == DNS) {
      reasons.add("Chromium never connects to port 53: take another port");
    } else if (isStream && port < FIRST_UNPRIVILEGED && port != HTTP && port != HTTPS) {
      reasons.add(
          "Chromium and apps with libwebrtc (Android, iOS) never connect to relays by TCP or TLS on"
              + " port "
              + port
              + ": take 443, 80, or one from 1024");
    }
    if (relay.transport() == Transport.TLS && isAddress(relay.host())) {
      reasons.add("Firefox never connects to relays by TLS that are named by address: take a name");
    }
    return reasons;
  }

  private static boolean isAddress(String host) {
    try {
      InetAddress.ofLiteral(host);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
