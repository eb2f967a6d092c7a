package dev.switchboard.shared.redis;

/** Sentinels answer, and know no primary of the name in {@code REDIS_MASTER}. */
public final class UnknownMasterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnknownMasterException(String name) {
    super("no sentinel knows '" + name + "'", null, false, false);
  }
}
