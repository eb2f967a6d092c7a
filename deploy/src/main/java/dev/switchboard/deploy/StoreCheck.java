package dev.switchboard.deploy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.RedisLinks;
import dev.switchboard.shared.redis.RedisObserver;
import dev.switchboard.shared.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks whether Redis keeps what it is given: an append-only file, and no eviction. */
final class StoreCheck {
  private static final Logger log = LoggerFactory.getLogger(StoreCheck.class);
  private static final Pattern AOF = Pattern.compile("(?m)^aof_enabled:1\\s*$");
  private static final Pattern KEEPS = Pattern.compile("(?m)^maxmemory_policy:noeviction\\s*$");

  private static final String CHAT = "CHAT_REDIS_URL";

  private StoreCheck() {}

  /** Looks at every Redis that the settings name. */
  static Future<Void> check(Settings settings) {
    boolean production = settings.environment().isProduction();
    Future<Void> main = check("REDIS_URL", RedisSettings.from(settings), production);
    return settings
        .text(CHAT)
        .map(url -> check(CHAT, RedisSettings.at(CHAT, url), production))
        .map(chat -> Future.all(main, chat).<Void>mapEmpty())
        .orElse(main);
  }

  /**
   * Warns of a Redis that may lose data; in production fails with the setting to blame. Looks by a
   * Vert.x of its own, which it closes: the process may still be joining its cluster. Passes a
   * Redis that is away.
   */
  private static Future<Void> check(String name, RedisOptions options, boolean production) {
    Vertx own =
        Vertx.vertx(
            new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1));
    Promise<Void> looked = Promise.promise();
    own.runOnContext(
        now -> {
          RedisLink link = RedisLinks.to(own, options, RedisObserver.NONE).open();
          link.ready()
              .transform(
                  there ->
                      there.succeeded() ? check(name, link, production) : Future.succeededFuture())
              .eventually(link::close)
              .onComplete(looked);
        });
    return looked.future().eventually(own::close);
  }

  private static Future<Void> check(String name, RedisLink link, boolean production) {
    // INFO and not CONFIG, which hosted servers refuse.
    return link.send(Request.cmd(Command.INFO))
        .transform(
            answer -> {
              if (answer.failed()) {
                log.warn("Redis can't be looked at: {}", answer.cause().getMessage());
                return Future.succeededFuture();
              }
              return judge(name, String.valueOf(answer.result()), production);
            });
  }

  private static Future<Void> judge(String name, String info, boolean production) {
    List<String> faults = new ArrayList<>();
    if (!AOF.matcher(info).find()) {
      faults.add("appendonly is off");
    }
    if (!KEEPS.matcher(info).find()) {
      faults.add("maxmemory-policy is not noeviction");
    }
    if (faults.isEmpty()) {
      return Future.succeededFuture();
    }
    String fault = "the Redis it names may lose data: " + String.join(", ", faults);
    if (production) {
      return Future.failedFuture(new BadSettingException(name, fault));
    }
    log.warn("{}: {}", name, fault);
    return Future.succeededFuture();
  }
}
