package dev.switchboard.signaling.socketio.engine;

import java.util.regex.Pattern;

/**
 * Names one edge of the cluster: the node and the number of the event loop in it.
 *
 * @param node letters, digits, dots, underscores and dashes, at most 64
 * @param index from 0
 */
public record EdgeName(String node, int index) {
  private static final Pattern NODE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  public EdgeName {
    if (!NODE.matcher(node).matches()) {
      throw new IllegalArgumentException("node name '" + node + "' must match " + NODE);
    }
    if (index < 0) {
      throw new IllegalArgumentException("edge index " + index + " must not be negative");
    }
  }

  @Override
  public String toString() {
    return node + "-" + index;
  }
}
