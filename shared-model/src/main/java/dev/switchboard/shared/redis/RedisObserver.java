package dev.switchboard.shared.redis;

/** Told of every request to Redis, for metrics. Called on the link's event loop. */
public interface RedisObserver {
  /** Observes nothing. */
  RedisObserver NONE = (name, nanos, failed) -> {};

  /**
   * A request has been answered or has failed.
   *
   * @param name the command, or the name of the script
   */
  void answered(String name, long nanos, boolean failed);
}
