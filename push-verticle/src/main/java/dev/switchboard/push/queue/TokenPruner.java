package dev.switchboard.push.queue;

import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.devices.RoomToken;
import dev.switchboard.push.devices.RoomTokens;
import dev.switchboard.push.send.Batches;
import dev.switchboard.push.send.Outcome;
import dev.switchboard.push.send.PushMetrics;
import dev.switchboard.push.tokens.DeviceStore;
import dev.switchboard.push.tokens.DeviceToken;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the tokens that a provider calls gone. It quarantines them instead if the provider calls
 * suspiciously many gone, or has accepted nothing of late that shows its answer to be right.
 * Belongs to the event loop of its link.
 */
final class TokenPruner {
  private static final Script COUNT = Script.load(TokenPruner.class, "push_answers");
  private static final Duration CORROBORATED = Duration.ofHours(1);
  private static final Duration QUARANTINE = Duration.ofHours(1);
  private static final Duration NOTED_AGAIN = Duration.ofMinutes(1);
  private static final int FEWEST_ANSWERS = 20;
  private static final int TOO_MANY = 5;
  private static final int MOST_COUNTED = 1_024;
  private static final Logger log = LoggerFactory.getLogger(TokenPruner.class);

  /** What has one fuse: a provider as one app meets it. */
  private record Fuse(String provider, String app) {
    static Fuse of(Attempt attempt) {
      return new Fuse(attempt.provider(), attempt.device().app());
    }

    @Override
    public String toString() {
      return PushJobs.typeOf(provider, app);
    }
  }

  /** Answers of one provider: all, and those that call the device gone. */
  private record Answers(long all, long gone) {
    static Answers one(boolean isGone) {
      return new Answers(1, isGone ? 1 : 0);
    }

    Answers plus(Answers others) {
      return new Answers(all + others.all, gone + others.gone);
    }

    boolean areSuspicious() {
      return all >= FEWEST_ANSWERS && gone * TOO_MANY > all;
    }
  }

  /** Answers of one turn, on their way to the others of the last minute. */
  private record Counted(Fuse fuse, Answers answers) {}

  private final RedisLink link;
  private final Batches<Counted, Answers> counting;
  private final DeviceStore devices;
  private final RoomTokens rooms;
  private final LastUse lastUse;
  private final TokenFates fates;
  private final PushMetrics metrics;
  private final InstantSource clock;
  private final Map<String, Instant> noted = new HashMap<>();

  TokenPruner(
      Vertx vertx,
      RedisLink link,
      DeviceStore devices,
      RoomTokens rooms,
      LastUse lastUse,
      TokenFates fates,
      PushMetrics metrics,
      InstantSource clock) {
    this.link = link;
    this.counting = new Batches<>(vertx, 1, MOST_COUNTED, this::count);
    this.devices = devices;
    this.rooms = rooms;
    this.lastUse = lastUse;
    this.fates = fates;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Prunes after a turn. Its answers are counted first, all of them, so that a whole page of
   * refusals counts as one. A failure is logged and leaves the token for the next time.
   *
   * @param timeline where what becomes of them is noted; empty for nowhere
   */
  void prune(List<Attempt> attempts, String timeline) {
    Map<Fuse, Answers> answers = new HashMap<>();
    List<Attempt> gone = new ArrayList<>();
    for (Attempt attempt : attempts) {
      switch (attempt.outcome()) {
        case null -> {}
        case Outcome.Unavailable _ -> {}
        case Outcome.Accepted _ -> {
          add(answers, attempt, false);
          noteAccepted(attempt);
          if (attempt.device() instanceof DeviceToken token) {
            lastUse.note(token.id(), attempt.at());
          }
        }
        case Outcome.Rejected _ -> add(answers, attempt, false);
        case Outcome.Gone _ -> {
          add(answers, attempt, true);
          gone.add(attempt);
        }
      }
    }
    answers.forEach(
        (fuse, counts) ->
            counting
                .ask(new Counted(fuse, counts))
                .compose(minute -> remove(fuse, gone, minute, timeline))
                .onFailure(
                    failure ->
                        log.warn("Devices gone from {} stay for now: {}", fuse, words(failure))));
  }

  private static String words(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }

  private static void add(Map<Fuse, Answers> answers, Attempt attempt, boolean gone) {
    answers.merge(Fuse.of(attempt), Answers.one(gone), Answers::plus);
  }

  private void noteAccepted(Attempt attempt) {
    String key = accepted(attempt);
    Instant now = clock.instant();
    Instant last = noted.get(key);
    if (last == null || last.plus(NOTED_AGAIN).isBefore(now)) {
      noted.put(key, now);
      link.send(Request.cmd(Command.SET).arg(key).arg("1").arg("EX").arg(CORROBORATED.toSeconds()));
    }
  }

  private static String accepted(Attempt attempt) {
    return QueueKeys.accepted(attempt.provider(), attempt.device().app(), attempt.topic());
  }

  /** One request a fuse. */
  private Future<List<Answers>> count(List<Counted> turns) {
    Map<Fuse, Answers> sums = new LinkedHashMap<>();
    turns.forEach(turn -> sums.merge(turn.fuse, turn.answers, Answers::plus));
    Map<Fuse, Future<Answers>> minutes = new HashMap<>();
    sums.forEach((fuse, sum) -> minutes.put(fuse, count(fuse, sum)));
    return Future.all(List.copyOf(minutes.values()))
        .map(
            all ->
                turns.stream()
                    .map(turn -> Objects.requireNonNull(minutes.get(turn.fuse)).result())
                    .toList());
  }

  private Future<Answers> count(Fuse fuse, Answers counts) {
    return link.run(
            COUNT,
            List.of(QueueKeys.answers(fuse.provider(), fuse.app())),
            List.of(
                Long.toString(clock.millis()),
                Long.toString(counts.all()),
                Long.toString(counts.gone())))
        .map(minute -> minute == null ? counts : answers(minute));
  }

  private static Answers answers(Response minute) {
    return new Answers(minute.get(0).toLong(), minute.get(1).toLong());
  }

  private Future<Void> remove(Fuse fuse, List<Attempt> gone, Answers minute, String timeline) {
    List<Future<Void>> all = new ArrayList<>();
    for (Attempt attempt : gone) {
      if (Fuse.of(attempt).equals(fuse) && attempt.outcome() instanceof Outcome.Gone outcome) {
        all.add(remove(attempt, outcome, minute, timeline));
      }
    }
    if (!all.isEmpty() && minute.areSuspicious()) {
      log.warn(
          "{} calls {} of {} devices gone within a minute: quarantined, not removed (wrong"
              + " environment, key or topic?)",
          fuse,
          minute.gone(),
          minute.all());
    }
    return Future.join(all).mapEmpty();
  }

  private Future<Void> remove(Attempt attempt, Outcome.Gone gone, Answers minute, String timeline) {
    if (minute.areSuspicious()) {
      return quarantine(attempt, gone, timeline);
    }
    if (gone.kind() == Outcome.Kind.CERTAIN) {
      return remove(attempt.device(), gone, timeline);
    }
    return link.send(Request.cmd(Command.EXISTS).arg(accepted(attempt)))
        .compose(
            accepted ->
                accepted != null && accepted.toInteger() == 1
                    ? remove(attempt.device(), gone, timeline)
                    : quarantine(attempt, gone, timeline));
  }

  private Future<Void> remove(PushDevice device, Outcome.Gone gone, String timeline) {
    return removal(device, gone.since())
        .onSuccess(
            went -> {
              if (went) {
                metrics.removed(device.app());
                fates.note(timeline, device, "removed");
                log.info("{} is removed: {}", device, gone.reason());
              }
            })
        .mapEmpty();
  }

  private Future<Boolean> removal(PushDevice device, Instant since) {
    return switch (device) {
      case DeviceToken token -> devices.remove(token, since);
      case RoomToken token -> rooms.remove(token);
      default -> Future.succeededFuture(false);
    };
  }

  private Future<Void> quarantine(Attempt attempt, Outcome.Gone gone, String timeline) {
    return attempt.device() instanceof DeviceToken token
        ? devices
            .quarantine(token, gone.since(), clock.instant().plus(QUARANTINE))
            .onSuccess(
                done -> {
                  if (done) {
                    metrics.quarantined(token.app());
                    fates.note(timeline, token, "quarantined");
                    log.warn("{} is quarantined: {}", token, gone.reason());
                  }
                })
            .mapEmpty()
        : Future.succeededFuture();
  }

  /** Drops what was noted so long ago that it has expired in Redis. */
  void expireNotes() {
    Instant old = clock.instant().minus(CORROBORATED);
    noted.values().removeIf(at -> at.isBefore(old));
  }
}
