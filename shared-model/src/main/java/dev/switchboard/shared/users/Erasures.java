package dev.switchboard.shared.users;

import dev.switchboard.shared.redis.DueSet;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.RedisLinks;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.role.Role;
import dev.switchboard.shared.role.RoleName;
import dev.switchboard.shared.schedule.PeriodicTask;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the roles of this process forget users. What is to be done stands in Redis, for each role by
 * itself, until some process with that role has done it, whichever dies meanwhile. One a process.
 */
public final class Erasures extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(Erasures.class);
  private static final Script FILE = Script.load(Erasures.class, "user_erase");
  private static final long LOOK_MILLIS = 500;
  private static final long LEASE_MILLIS = 10_000;
  private static final int AT_ONCE = 4;

  /** After what time the passes begin, in milliseconds: a ring may yet end after the first two. */
  private static final List<Long> PASSES = List.of(0L, 8_000L, 50_000L);

  private final RedisLinks redis;
  private final List<Role> roles;
  private final InstantSource clock;
  private final List<PeriodicTask> tasks = new ArrayList<>();
  private @Nullable RedisLink link;

  public Erasures(RedisLinks redis, List<Role> roles, InstantSource clock) {
    this.redis = redis;
    this.roles = roles;
    this.clock = clock;
  }

  /**
   * Asks for a user to be forgotten by every role; once this completes it is certain to happen.
   *
   * @param now milliseconds since the epoch
   */
  public static Future<Void> file(RedisLink link, String userId, long now) {
    List<String> arguments = new ArrayList<>(List.of(userId));
    PASSES.forEach(pass -> arguments.add(Long.toString(now + pass)));
    List<String> sets = Stream.of(RoleName.values()).map(Erasures::key).toList();
    return link.run(FILE, sets, arguments).mapEmpty();
  }

  private static String key(RoleName role) {
    return "user:erasures:" + role.wireName();
  }

  @Override
  public Future<?> start() {
    RedisLink opened = redis.open();
    link = opened;
    for (Role role : roles) {
      DueSet due = new DueSet(opened, key(role.name()));
      tasks.add(
          PeriodicTask.start(
              vertx,
              "Erasing users of " + role.name().wireName(),
              LOOK_MILLIS,
              () -> opened.isUp() ? step(role, due) : Future.succeededFuture()));
    }
    return opened.ready().transform(ready -> Future.succeededFuture());
  }

  private Future<Void> step(Role role, DueSet due) {
    return due.claim(clock.millis(), LEASE_MILLIS, AT_ONCE)
        .compose(
            members ->
                Future.join(members.stream().map(member -> erase(role, due, member)).toList())
                    .<Void>mapEmpty()
                    .otherwiseEmpty());
  }

  private Future<Void> erase(Role role, DueSet due, String member) {
    Erasure erasure = Erasure.read(member);
    return (erasure == null ? Future.<Void>succeededFuture() : here(role.erase(erasure)))
        .compose(erased -> due.remove(member))
        .onFailure(
            failure -> log.warn("{} has not erased a user yet, tries again", role.name(), failure));
  }

  /** A role works on loops of its own, and the link belongs to this one. */
  private Future<Void> here(Future<Void> elsewhere) {
    Promise<Void> done = Promise.promise();
    elsewhere.onComplete(
        result -> context.runOnContext(back -> done.complete(result.result(), result.cause())));
    return done.future();
  }

  @Override
  public Future<?> stop() {
    return Future.join(tasks.stream().map(PeriodicTask::stop).toList())
        .eventually(() -> link == null ? Future.succeededFuture() : link.close());
  }
}
