package dev.switchboard.shared.redis;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why a Redis that answers does not serve: the one place that has its words. Each is as good as
 * Redis being away, until it is over.
 */
public enum RedisRefusal {
  /** A node of a cluster, which has some of the keys only. */
  CLUSTER(
      "MOVED|ASK|CROSSSLOT|CLUSTERDOWN|TRYAGAIN",
      "is a node of a Redis Cluster, which has some of the keys only: name a Redis that is not"
          + " clustered, or its sentinels in REDIS_NODES"),
  /** A replica. */
  READ_ONLY(
      "READONLY|MASTERDOWN",
      "is a replica, which takes no writes: name its primary, or its sentinels in REDIS_NODES"),
  /** A user who may not do what is needed. */
  NO_RIGHTS(
      "NOPERM",
      "does not let its user run scripts and write all keys: it takes the rights ~* &* +@all, of"
          + " which -@dangerous and -@admin may be missing"),
  /** A user or password that is not let in. */
  NOT_LET_IN("NOAUTH|WRONGPASS|DENIED", "does not let in: user and password must be its own"),
  /** A server, or what stands in for one, that has no database of this number. */
  NO_DATABASE(
      "NODATABASE", "has no such database: leave its number out, or raise the server's databases"),
  /** What answers where a sentinel should. */
  NO_SENTINEL(
      "NOSENTINEL", "is no sentinel: REDIS_NODES names sentinels, REDIS_URL the Redis itself"),
  /** A server, or what stands in for one, that speaks no RESP3. */
  OLD("NOPROTO", "speaks an older protocol: name a Redis of 6.2 or later"),
  /** A server, or what stands in for one, without scripts. */
  NO_SCRIPTS("UNKNOWN", "runs no scripts (EVAL): name a Redis of 6.2 or later"),
  /** A memory limit that is reached, where nothing may be evicted. */
  FULL("OOM", "is full"),
  /** Data that can't be saved, or replicas that are missing: it takes no writes until they can. */
  UNSAFE("MISCONF|NOREPLICAS", "takes no writes"),
  /** A start, a script that does not end, a limit of connections. */
  NOT_NOW("LOADING|BUSY|MAXCLIENTS", "is not ready");

  private static final Pattern CODE = Pattern.compile("^([A-Z]{3,})\\b");

  /** Redis 6.2 has the refusal of a script's command inside an error of its own. */
  private static final Pattern IN_SCRIPT = Pattern.compile("@user_script: ?\\d+: -?([A-Z]{3,})\\b");

  private static final Pattern OF_A_CLUSTER =
      Pattern.compile("^ERR (.*non local key in a cluster node|SELECT is not allowed in cluster)");
  private static final Pattern DATABASE =
      Pattern.compile(
          "^ERR (DB index is out of range|invalid DB index"
              + "|unknown (or unsupported )?command [`'\"]?(?i:select\\b))");
  private static final Pattern SENTINEL =
      Pattern.compile("^ERR unknown (or unsupported )?command [`'\"]?(?i:sentinel\\b)");
  private static final Pattern RIGHTS =
      Pattern.compile(
          "^ERR .*The user executing the script (can't run this command|can't access at least)"
              + "|^ERR .*ACL failure in script");
  private static final Pattern PASSWORD =
      Pattern.compile(
          "^ERR (invalid password|.*AUTH.*password (is|configured)"
              + "|wrong number of arguments for '(?i:auth)')");
  private static final Pattern UNKNOWN =
      Pattern.compile(
          "^ERR unknown (or unsupported )?command [`'\"]?eval", Pattern.CASE_INSENSITIVE);

  private final Pattern codes;
  private final String problem;

  RedisRefusal(String codes, String problem) {
    this.codes = Pattern.compile(codes);
    this.problem = problem;
  }

  /** The refusal that an error is, or was made of. */
  public static Optional<RedisRefusal> of(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Optional<RedisRefusal> found = of(cause.getMessage());
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** The refusal that an error's text stands for. */
  static Optional<RedisRefusal> of(@Nullable String message) {
    if (message == null) {
      return Optional.empty();
    }
    String code = code(message);
    for (RedisRefusal refusal : values()) {
      if (refusal.codes.matcher(code).matches()) {
        return Optional.of(refusal);
      }
    }
    return Optional.empty();
  }

  private static String code(String message) {
    if (message.startsWith("ERR ")) {
      Matcher inScript = IN_SCRIPT.matcher(message);
      if (inScript.find()) {
        return inScript.group(1);
      }
      return worded(message);
    }
    Matcher code = CODE.matcher(message);
    return code.find() ? code.group(1) : "";
  }

  /** Those that have no code. */
  private static String worded(String message) {
    if (OF_A_CLUSTER.matcher(message).find()) {
      return "CROSSSLOT";
    } else if (RIGHTS.matcher(message).find()) {
      return "NOPERM";
    } else if (PASSWORD.matcher(message).find()) {
      return "WRONGPASS";
    } else if (UNKNOWN.matcher(message).find()) {
      return "UNKNOWN";
    } else if (DATABASE.matcher(message).find()) {
      return "NODATABASE";
    } else if (SENTINEL.matcher(message).find()) {
      return "NOSENTINEL";
    }
    return message.startsWith("ERR max number of clients") ? "MAXCLIENTS" : "";
  }

  /** True if it still answers what it is asked, and refuses only to be given more. */
  public boolean isReadable() {
    return this == FULL || this == UNSAFE;
  }

  /** True if another connection may find a server that serves. */
  boolean isWorthLeaving() {
    return switch (this) {
      case CLUSTER, READ_ONLY, NOT_LET_IN, NO_DATABASE, NO_SENTINEL, OLD, NOT_NOW -> true;
      case NO_RIGHTS, NO_SCRIPTS, FULL, UNSAFE -> false;
    };
  }

  /** True if no waiting mends it: the setting names a Redis that can't serve. */
  public boolean isPermanent() {
    return switch (this) {
      case CLUSTER, READ_ONLY, NO_RIGHTS, NOT_LET_IN, NO_DATABASE, NO_SENTINEL, OLD, NO_SCRIPTS ->
          true;
      case FULL, UNSAFE, NOT_NOW -> false;
    };
  }

  /** What is wrong and what would be right, to follow the name of the Redis. */
  public String problem() {
    return problem;
  }
}
