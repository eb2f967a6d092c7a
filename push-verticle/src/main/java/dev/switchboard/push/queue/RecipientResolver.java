package dev.switchboard.push.queue;

import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.devices.RoomTokens;
import dev.switchboard.push.tokens.DeviceStore;
import dev.switchboard.push.tokens.DeviceToken;
import dev.switchboard.push.tokens.TokenStore;
import dev.switchboard.push.tokens.TokenType;
import dev.switchboard.shared.push.Cause;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Resolves the target of a job to devices. Belongs to the event loop of its stores. */
final class RecipientResolver {
  private static final int LOOKS = 4;
  private static final long PAUSE_MILLIS = 250;

  private final Vertx vertx;
  private final LookUps<DeviceToken> ofUsers;
  private final LookUps<DeviceToken> byKeys;
  private final DeviceStore devices;
  private final RoomTokens rooms;
  private final JobLog jobs;

  RecipientResolver(
      Vertx vertx, TokenStore tokens, DeviceStore devices, RoomTokens rooms, JobLog jobs) {
    this.vertx = vertx;
    this.ofUsers = new LookUps<>(vertx, tokens::ofUsers);
    this.byKeys =
        new LookUps<>(vertx, keys -> devices.byKeys(keys).map(RecipientResolver::eachByItsKey));
    this.devices = devices;
    this.rooms = rooms;
    this.jobs = jobs;
  }

  /**
   * The devices a job names that are there. One that came with {@code register} a moment ago may
   * still be on its way to Postgres: then it is waited for, a little here, and for longer by
   * failing, which leaves the job in the queue.
   */
  Future<List<PushDevice>> resolve(PushJob job, JobLog.Start start) {
    return resolve(job, start.registrationsWaiting());
  }

  /** The devices a job names that are in Postgres by now: none is waited for. */
  Future<List<PushDevice>> present(PushJob job) {
    return resolve(job, false);
  }

  private Future<List<PushDevice>> resolve(PushJob job, boolean registrationsWaiting) {
    return switch (job.target()) {
      case Target.User user -> ofUser(job, user, registrationsWaiting, LOOKS);
      case Target.Devices named -> named(named);
      case Target.RoomPerson room ->
          rooms
              .find(room.roomId(), room.person())
              .map(found -> found.map(List::<PushDevice>of).orElseGet(List::of));
      case Target.Topic topic ->
          Future.succeededFuture(List.of(new TopicDevice(topic.name(), topic.app())));
      case Target.Everyone _ -> Future.failedFuture("a broadcast goes page by page");
    };
  }

  /** What was meant for a user is not sent to a device that has become another's. */
  private static boolean isStillMeant(Target.Devices named, DeviceToken device) {
    return named.owner().isEmpty() || named.owner().equals(device.userId());
  }

  private Future<List<PushDevice>> named(Target.Devices named) {
    List<String> keys = named.keys();
    return (keys.size() == 1 ? byKeys.find(keys.getFirst()) : devices.byKeys(keys))
        .map(
            found ->
                found.stream()
                    .filter(device -> isStillMeant(named, device))
                    .map(PushDevice.class::cast)
                    .toList());
  }

  private static Map<String, List<DeviceToken>> eachByItsKey(List<DeviceToken> found) {
    return found.stream().collect(Collectors.groupingBy(DeviceToken::key));
  }

  private Future<List<PushDevice>> ofUser(
      PushJob job, Target.User user, boolean registrationsWaiting, int looks) {
    return ofUsers
        .find(user.userId())
        .compose(
            all -> {
              List<DeviceToken> meant =
                  all.stream()
                      .filter(DeviceToken::active)
                      .filter(token -> isMeant(user, token.reachField()))
                      .toList();
              return registrationsWaiting && isIncomplete(user, meant)
                  ? lookAgain(job, user, looks)
                  : Future.succeededFuture(List.<PushDevice>copyOf(route(job.cause(), meant)));
            });
  }

  private Future<List<PushDevice>> lookAgain(PushJob job, Target.User user, int looks) {
    if (looks == 1) {
      return Future.failedFuture("its devices are not in Postgres yet");
    }
    return vertx
        .timer(PAUSE_MILLIS, TimeUnit.MILLISECONDS)
        .compose(later -> jobs.begin(job))
        .compose(start -> ofUser(job, user, start.registrationsWaiting(), looks - 1));
  }

  private static boolean isMeant(Target.User user, String reachField) {
    return user.reachFields().map(only -> only.contains(reachField)).orElse(true);
  }

  private static boolean isIncomplete(Target.User user, List<DeviceToken> found) {
    Set<String> fields = found.stream().map(DeviceToken::reachField).collect(Collectors.toSet());
    return user.reachFields().map(only -> !fields.containsAll(only)).orElse(fields.isEmpty());
  }

  /** Apps of one maker may give one phone the same id. */
  private record AppOnDevice(String app, @Nullable String deviceId) {
    static AppOnDevice of(DeviceToken token) {
      return new AppOnDevice(token.app(), token.deviceId());
    }
  }

  /**
   * A ring goes to a device's VoIP token where there is one, else to its alert token; everything
   * else never to a VoIP token, since iOS kills an app that gets one and reports no call.
   */
  static List<DeviceToken> route(Cause cause, List<DeviceToken> found) {
    if (cause != Cause.INCOMING_CALL) {
      return found.stream().filter(token -> token.type() != TokenType.APNS_VOIP).toList();
    }
    Set<AppOnDevice> withVoip = new HashSet<>();
    for (DeviceToken token : found) {
      if (token.type() == TokenType.APNS_VOIP && token.deviceId() != null) {
        withVoip.add(AppOnDevice.of(token));
      }
    }
    List<DeviceToken> routed = new ArrayList<>();
    for (DeviceToken token : found) {
      if (token.type() != TokenType.APNS || !withVoip.contains(AppOnDevice.of(token))) {
        routed.add(token);
      }
    }
    return routed;
  }
}
