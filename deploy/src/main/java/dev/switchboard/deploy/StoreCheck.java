package dev.switchboard.deploy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.RedisLinks;
import dev.switchboard.shared.redis.RedisRefusal;
import dev.switchboard.shared.redis.RedisSettings;
import dev.switchboard.shared.redis.SchemeProbe;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.shared.redis.UnknownMasterException;
import dev.switchboard.shared.tls.TlsFailure;
import io.netty.handler.ssl.NotSslRecordException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether each Redis can serve, and keeps what it is given: an append-only file, and no
 * eviction.
 */
final class StoreCheck {
  private static final Logger log = LoggerFactory.getLogger(StoreCheck.class);
  private static final Pattern AOF = Pattern.compile("(?m)^aof_enabled:1\\s*$");
  private static final Pattern KEEPS = Pattern.compile("(?m)^maxmemory_policy:noeviction\\s*$");
  private static final Pattern CLUSTER = Pattern.compile("(?m)^cluster_enabled:1\\s*$");
  private static final Pattern REPLICA = Pattern.compile("(?m)^role:slave\\s*$");

  private static final int ATTEMPTS = 3;
  private static final long PAUSE_MILLIS = 300;
  private static final long LOOK_SECONDS = 20;

  private static final String CHAT = "CHAT_REDIS_URL";

  private enum Durability {
    /** It is looked at. */
    CHECK,
    /** It is taken for durable whatever it says. */
    TRUST
  }

  /**
   * One Redis to look at.
   *
   * @param name the setting that names it
   * @param strict whether one that may lose data is refused
   */
  private record Subject(String name, RedisOptions options, boolean strict, boolean trusted) {
    BadSettingException refused(RedisRefusal refusal, String words) {
      String reason = words.isEmpty() ? "" : " (" + words + ")";
      return refused(refusal.problem() + reason);
    }

    BadSettingException refused(String problem) {
      return new BadSettingException(name, "'" + place() + "' " + problem);
    }

    private String place() {
      return String.join(",", options.getEndpoints());
    }

    BadSettingException misnamed() {
      return refused(
          options.getEndpoint().startsWith("rediss:")
              ? "does not speak TLS: name it by redis://"
              : "takes TLS only: name it by rediss://, or set REDIS_TLS=on");
    }

    boolean bySentinels() {
      return options.getType() == RedisClientType.SENTINEL;
    }
  }

  private StoreCheck() {}

  /** Looks at every Redis that the settings name. */
  static Future<Void> check(Settings settings) {
    boolean trusted =
        settings.choice("REDIS_DURABILITY", Durability.class, Durability.CHECK) == Durability.TRUST;
    boolean strict = settings.environment().isProduction() && !trusted;
    String name = RedisSettings.name(settings);
    Future<Void> main = check(new Subject(name, RedisSettings.from(settings), strict, trusted));
    return RedisSettings.from(settings, CHAT)
        .map(options -> check(new Subject(CHAT, options, strict, trusted)))
        .map(chat -> Future.all(main, chat).<Void>mapEmpty())
        .orElse(main);
  }

  /**
   * Fails with the setting to blame for a Redis that can't serve; of one that may lose data it
   * warns, or in production fails so too. Looks by a Vert.x of its own, which it closes: the
   * process may still be joining its cluster. Passes a Redis that is away.
   */
  private static Future<Void> check(Subject subject) {
    Vertx own =
        Vertx.vertx(
            new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                // Classes are loaded as it looks, which a busy machine takes seconds for.
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS)
                .setMaxEventLoopExecuteTime(LOOK_SECONDS));
    Promise<Void> looked = Promise.promise();
    own.runOnContext(
        now -> {
          RedisLink link = RedisLinks.quiet(own, subject.options).open();
          look(own, subject, link, ATTEMPTS).eventually(link::close).onComplete(looked);
        });
    return looked.future().eventually(own::close);
  }

  /** Looks again where there was no answer in time: that may have been this machine's fault. */
  private static Future<Void> look(Vertx own, Subject subject, RedisLink link, int attempts) {
    return link.ready()
        .compose(there -> RedisRights.tryAll(link))
        .compose(may -> keeps(subject, link))
        .recover(
            failure -> {
              if (failure instanceof BadSettingException) {
                return Future.failedFuture(failure);
              }
              return isLate(failure) && attempts > 1
                  ? own.timer(PAUSE_MILLIS).compose(fired -> look(own, subject, link, attempts - 1))
                  : unfit(own, subject, failure);
            });
  }

  private static boolean isLate(Throwable failure) {
    return failure.getCause() instanceof TimeoutException
        || (failure instanceof StoreUnavailableException away && away.isInDoubt());
  }

  /** Fails if no waiting mends what a connection failed with. */
  private static Future<Void> unfit(Vertx own, Subject subject, Throwable failure) {
    Optional<String> untrusted = TlsFailure.of(failure);
    if (untrusted.isPresent()) {
      return Future.failedFuture(
          subject.refused(
              "has a certificate that is not trusted ("
                  + untrusted.get()
                  + "): its authority goes into REDIS_CA_PATH, its name into the address"));
    }
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    if (cause instanceof NotSslRecordException) {
      return Future.failedFuture(subject.misnamed());
    }
    if (cause instanceof UnknownMasterException) {
      return Future.failedFuture(
          new BadSettingException("REDIS_MASTER", cause.getMessage() + ", of " + subject.place()));
    }
    Optional<RedisRefusal> told = RedisRefusal.of(failure);
    if (told.isEmpty()) {
      return SchemeProbe.isOther(own, subject.options)
          .compose(
              other ->
                  other ? Future.failedFuture(subject.misnamed()) : Future.<Void>succeededFuture());
    }
    return told.filter(refusal -> refusal.isPermanent() && !isPassing(subject, refusal))
        .map(refusal -> subject.refused(refusal, String.valueOf(cause.getMessage())))
        .map(Future::<Void>failedFuture)
        .orElseGet(Future::succeededFuture);
  }

  /** In the midst of a fail-over sentinels may still name the old primary. */
  private static boolean isPassing(Subject subject, RedisRefusal refusal) {
    return subject.bySentinels() && refusal == RedisRefusal.READ_ONLY;
  }

  private static Future<Void> keeps(Subject subject, RedisLink link) {
    // INFO and not CONFIG, which hosted servers refuse.
    return link.send(Request.cmd(Command.INFO))
        .transform(
            answer -> {
              if (answer.failed() && isLate(answer.cause())) {
                return Future.failedFuture(answer.cause());
              }
              if (answer.failed()) {
                if (!subject.trusted) {
                  log.warn(
                      "{}: whether it keeps data can't be looked at: {}",
                      subject.name,
                      words(answer.cause()));
                }
                return Future.succeededFuture();
              }
              return judge(subject, String.valueOf(answer.result()));
            });
  }

  private static String words(Throwable failure) {
    Throwable cause = failure.getCause();
    return String.valueOf((cause == null ? failure : cause).getMessage());
  }

  private static Future<Void> judge(Subject subject, String info) {
    if (CLUSTER.matcher(info).find()) {
      return Future.failedFuture(subject.refused(RedisRefusal.CLUSTER, ""));
    }
    if (REPLICA.matcher(info).find() && !subject.bySentinels()) {
      // It may even take writes, which never reach its primary.
      return Future.failedFuture(subject.refused(RedisRefusal.READ_ONLY, ""));
    }
    List<String> faults = new ArrayList<>();
    if (!AOF.matcher(info).find()) {
      faults.add("appendonly is off");
    }
    if (!KEEPS.matcher(info).find()) {
      faults.add("maxmemory-policy is not noeviction");
    }
    if (faults.isEmpty() || subject.trusted) {
      return Future.succeededFuture();
    }
    String fault = "the Redis it names may lose data: " + String.join(", ", faults);
    if (subject.strict) {
      return Future.failedFuture(
          new BadSettingException(
              subject.name,
              fault + "; if its host keeps data by other means, REDIS_DURABILITY=trust"));
    }
    log.warn("{}: {}", subject.name, fault);
    return Future.succeededFuture();
  }
}
