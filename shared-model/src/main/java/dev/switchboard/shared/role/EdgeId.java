package dev.switchboard.shared.role;

/**
 * One HTTP server instance, that is one event loop of one process. The node part is new at every
 * start of a process, so that an edge is never mistaken for its predecessor.
 *
 * @param node letters and digits only
 * @param index from 0
 */
public record EdgeId(String node, int index) {
  /** Reads {@code <node>.<index>}; throws {@link IllegalArgumentException} for anything else. */
  public static EdgeId parse(String text) {
    int dot = text.lastIndexOf('.');
    if (dot < 1) {
      throw new IllegalArgumentException("'" + text + "' is not <node>.<index>");
    }
    return new EdgeId(text.substring(0, dot), Integer.parseInt(text.substring(dot + 1)));
  }

  @Override
  public String toString() {
    return node + "." + index;
  }
}
