package dev.switchboard.ice.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchboard.ice.server.CallNames;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one allocation carried between its client and the relay, both ways, told when it ends. Pure.
 *
 * @param key the same wherever this message is heard; holds no name
 * @param callId empty if it belongs to no call
 */
record AllocationTotal(String key, Optional<String> callId, long bytes) {
  /** Of coturn's channels those of totals; beside them are parts, states, and the peers' side. */
  static final String PATTERN = "turn/realm/*/user/*/allocation/*/total_traffic";

  private static final Pattern CHANNEL =
      Pattern.compile(
          "turn/realm/[^/]+/user/(.{1,600})/allocation/\\d{1,24}/total_traffic", Pattern.DOTALL);

  /** As coturn writes it: {@code rcvp=14, rcvb=2852, sentp=14, sentb=2436}. */
  private static final Pattern TRAFFIC =
      Pattern.compile("rcvp=\\d+, rcvb=(\\d{1,15}), sentp=\\d+, sentb=(\\d{1,15})");

  private static final int KEY_BYTES = 16;

  /** Reads one message; empty for whatever else is published there. */
  static Optional<AllocationTotal> read(String channel, String message) {
    Matcher name = CHANNEL.matcher(channel);
    Matcher traffic = TRAFFIC.matcher(message.strip());
    if (!name.matches() || !traffic.matches()) {
      return Optional.empty();
    }
    long bytes = Long.parseLong(traffic.group(1)) + Long.parseLong(traffic.group(2));
    return Optional.of(
        new AllocationTotal(key(channel, message), CallNames.call(name.group(1)), bytes));
  }

  /** Two relays may number their allocations alike; their traffic tells them apart. */
  private static String key(String channel, String message) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest((channel + "\n" + message).getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, KEY_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
