package dev.switchboard.signaling.calls;

import dev.switchboard.shared.redis.InDoubtWrites.Resolution;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.timeline.TimelineKeys;
import dev.switchboard.shared.timeline.TimelineStamp;
import dev.switchboard.signaling.SignalingKeys;
import dev.switchboard.signaling.sessions.Session;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calls in Redis. Each method is one request; it fails with {@link
 * dev.switchboard.shared.redis.StoreUnavailableException} while Redis is away. Used on the loop of
 * its link.
 */
final class CallStore {
  private static final Script SAVE =
      Script.load(
          CallStore.class, "call_save", TimelineKeys.PRELUDE, "call_prelude", "webhook_prelude");
  private static final Script LOOK =
      Script.load(CallStore.class, "call_look", TimelineKeys.PRELUDE, "call_prelude");
  private static final Script STEP = Script.load(CallStore.class, "call_step");
  private static final Script RELAY =
      Script.load(CallStore.class, "call_relay", TimelineKeys.PRELUDE, "call_prelude");
  private static final Script RING_DEVICE =
      Script.load(CallStore.class, "call_ring_device", TimelineKeys.PRELUDE, "call_prelude");
  private static final Script TAKE =
      Script.load(CallStore.class, "signal_take", TimelineKeys.PRELUDE, "call_prelude");
  private static final Script LATE =
      Script.load(CallStore.class, "signal_late", TimelineKeys.PRELUDE, "call_prelude");
  private static final Script KEEP =
      Script.load(CallStore.class, "signal_keep", TimelineKeys.PRELUDE, "call_prelude");

  private final RedisLink redis;
  private final TimelineStamp stamp;

  CallStore(RedisLink redis, TimelineStamp stamp) {
    this.redis = redis;
    this.stamp = stamp;
  }

  /** What a save came to. */
  sealed interface Saved {
    /** It is written. {@code rung} is how many tokens were rung by push. */
    record Done(Sessions sessions, int rung) implements Saved {}

    /** The call is not as expected; null if there is none. */
    record Conflict(@Nullable Call call) implements Saved {}

    /** One of the two is in another call. */
    record Claimed(String userId, Call other) implements Saved {}

    /** The caller calls too often. */
    record Limited(long retryAfterMillis) implements Saved {}

    /** Neither a socket nor a push could reach the callee. */
    record Unreachable() implements Saved {}
  }

  /**
   * The sessions of the two parties as they were when the call was saved.
   *
   * @param left those that devices of the callee had which dropped while it rang; one that is back
   *     is among {@code callee}, too
   */
  record Sessions(String callerId, List<Session> caller, List<Session> callee, List<Session> left) {
    List<Session> of(String userId) {
      return userId.equals(callerId) ? caller : callee;
    }

    /** Those that a party's signaling goes to, out of those of the peer. */
    List<Session> peersOf(Call call, String userId) {
      String peer = call.peerOf(userId);
      String device = call.deviceOf(peer);
      if (device == null && peer.equals(callerId)) {
        return List.of(); // no device has taken the caller's side yet: what is sent there is kept
      }
      return device == null
          ? of(peer)
          : of(peer).stream().filter(session -> session.deviceId().equals(device)).toList();
    }
  }

  /** Where signaling goes. */
  sealed interface Route {
    /** There is no such call. */
    record NoCall() implements Route {}

    /** The call is over, or the peer is no party of it. */
    record Over(Call call) implements Route {}

    /** To these sessions. */
    record Found(Call call, List<Session> sessions) implements Route {}

    /** It waits for the device to come back. */
    record Kept(Call call) implements Route {}

    /** Too much waits already. */
    record Full(Call call) implements Route {}
  }

  Future<@Nullable Call> load(String callId) {
    if (!CallFields.isId(callId)) {
      return Future.succeededFuture(null);
    }
    return redis
        .send(Request.cmd(Command.HGETALL).arg(SignalingKeys.call(callId)))
        .map(response -> response == null ? null : CallFields.read(response));
  }

  /**
   * What a save came to, and the sessions of the parties of the call that it superseded; null if
   * that was not ended.
   */
  record Written(Saved saved, @Nullable Sessions superseded) {}

  Future<Written> save(CallTransaction transaction) {
    return redis
        .run(SAVE, transaction.keys(), transaction.arguments(stamp))
        .map(
            answer -> {
              if (answer == null) {
                throw new IllegalStateException("call_save has no answer");
              }
              CallTransaction old = transaction.superseded();
              Response ended = answer.get(1);
              return new Written(
                  saved(answer.get(0), transaction.next().callerId()),
                  old == null || ended.size() == 0
                      ? null
                      : sessions(old.next().callerId(), ended, 0));
            });
  }

  /** A call, live or just over, and the sessions of its parties. */
  record Present(Call call, Sessions sessions) {}

  /** Null if there is no such call any more. */
  Future<@Nullable Present> look(String callId) {
    return redis
        .run(LOOK, List.of(SignalingKeys.call(callId)), List.of())
        .map(
            answer -> {
              Call call = answer == null ? null : CallFields.read(answer.get(0));
              return call == null ? null : new Present(call, sessions(call.callerId(), answer, 1));
            });
  }

  /** Looks what became of a save in doubt. */
  Future<Resolution<Sessions>> lookFor(CallTransaction transaction) {
    Call next = transaction.next();
    return redis
        .run(
            STEP,
            List.of(SignalingKeys.call(next.callId())),
            List.of(
                transaction.isKnownById() ? "" : transaction.step(),
                Long.toString(next.version()),
                next.callerId(),
                next.calleeId()))
        .map(
            answer ->
                switch (answer == null ? "" : answer.get(0).toString()) {
                  case "taken" -> new Resolution.Applied<>(sessions(next.callerId(), answer, 1));
                  case "open" -> new Resolution.Pending<>();
                  case "missed" -> new Resolution.NotApplied<>();
                  default -> throw new IllegalStateException("unknown answer of call_step");
                });
  }

  private static Saved saved(Response answer, String callerId) {
    return switch (answer.get(0).toString()) {
      case "saved" -> new Saved.Done(sessions(callerId, answer, 2), answer.get(1).toInteger());
      case "conflict" -> new Saved.Conflict(CallFields.read(answer.get(1)));
      case "limited" -> new Saved.Limited(answer.get(1).toLong());
      case "unreachable" -> new Saved.Unreachable();
      case "claimed" -> {
        Call other = CallFields.read(answer.get(2));
        if (other == null) {
          throw new IllegalStateException("a claim without a call: " + answer);
        }
        yield new Saved.Claimed(answer.get(1).toString(), other);
      }
      default -> throw new IllegalStateException("unknown answer of call_save: " + answer);
    };
  }

  /** Those of the caller, of the callee, and those that left, as they begin at a place. */
  private static Sessions sessions(String callerId, Response answer, int first) {
    List<Session> left = new ArrayList<>(0);
    String gone = answer.get(first + 2).toString();
    if (!gone.isEmpty()) {
      new JsonObject(gone).forEach(entry -> left.add(Session.parse((String) entry.getValue())));
    }
    return new Sessions(
        callerId, sessions(answer.get(first)), sessions(answer.get(first + 1)), left);
  }

  /** The values of a hash of sessions by device, as HGETALL answers it. */
  private static List<Session> sessions(Response flat) {
    List<Session> sessions = new ArrayList<>(flat.size() / 2);
    for (int i = 1; i < flat.size(); i += 2) {
      sessions.add(Session.parse(flat.get(i).toString()));
    }
    return sessions;
  }

  Future<Route> route(
      String callId, Party from, String to, String frame, long keepMillis, Missed missed) {
    if (!CallFields.isId(callId)) {
      return Future.succeededFuture(new Route.NoCall());
    }
    return redis
        .run(
            RELAY,
            List.of(SignalingKeys.call(callId)),
            List.of(
                from.userId(),
                from.deviceId(),
                to,
                frame,
                Long.toString(keepMillis),
                missed.socketId(),
                missed.kept() ? "1" : "0"))
        .map(response -> route(new JsonObject(String.valueOf(response))));
  }

  /** What was sent to the caller before a device has taken the caller's side, in order. */
  Future<List<String>> takeKept(Call untaken) {
    return takeKept(untaken.callerId(), "?" + untaken.callId());
  }

  /** What waits for a device, in order; it does not wait any longer. */
  Future<List<String>> takeKept(String userId, String device) {
    return redis
        .run(TAKE, List.of(), List.of(userId, device))
        .map(
            answer ->
                answer == null
                    ? List.of()
                    : answer.stream().map(frame -> frame.toString()).toList());
  }

  /** A device of a user, as a sender of signaling. */
  record Party(String userId, String deviceId) {}

  /**
   * A socket that a frame did not reach.
   *
   * @param kept true if the frame is kept for whoever registers while it rings
   */
  record Missed(String socketId, boolean kept) {
    static final Missed NONE = new Missed("", false);
  }

  private static Route route(JsonObject answer) {
    Call call = CallFields.read(answer.getJsonObject("call"));
    if (call == null) {
      return new Route.NoCall();
    }
    return switch (answer.getString("status")) {
      case "found" -> {
        List<Session> sessions = new ArrayList<>();
        for (Map.Entry<String, Object> entry : answer.getJsonObject("sessions")) {
          sessions.add(Session.parse((String) entry.getValue()));
        }
        yield new Route.Found(call, sessions);
      }
      case "kept" -> new Route.Kept(call);
      case "full" -> new Route.Full(call);
      default -> new Route.Over(call);
    };
  }

  /**
   * Rings one device by push; answers how many of its tokens are rung, now or already.
   *
   * @param why its socket is not relied on, for the timeline
   */
  Future<Integer> ringDevice(Call call, CallTransaction.Push order, String why, long now) {
    return redis
        .run(
            RING_DEVICE,
            List.of(SignalingKeys.call(call.callId())),
            List.of(
                call.calleeId(),
                order.device(),
                Long.toString(now),
                order.id(),
                order.cause(),
                order.data().encode(),
                Long.toString(order.deadline()),
                stamp.node(),
                stamp.lifeMillis(),
                why))
        .map(response -> response == null ? 0 : response.toInteger());
  }

  /**
   * Keeps a frame for a device whose socket turned out to be gone; answers the session that it must
   * go to instead if the device has come back meanwhile, else null.
   *
   * @param backSince when a client that named no device must have registered to count as the one
   *     that is gone, milliseconds since the epoch; null if none does
   * @param id as {@link CallNote.News} has it; empty if it is to be kept whoever has heard it
   * @param whileLive the call without which the frame is of no use; null if it is of use whatever
   *     becomes of that
   */
  Future<@Nullable Session> keep(
      Session gone,
      String frame,
      long ttlMillis,
      @Nullable Long backSince,
      String id,
      @Nullable String whileLive) {
    return redis
        .run(
            KEEP,
            List.of(),
            List.of(
                gone.userId(),
                gone.deviceId(),
                frame,
                Long.toString(ttlMillis),
                gone.socketId(),
                backSince == null ? "" : backSince.toString(),
                id,
                whileLive == null ? "" : whileLive,
                gone.edge().toString()))
        .map(
            answer ->
                answer == null || answer.toString().isEmpty()
                    ? null
                    : Session.parse(answer.toString()));
  }

  /**
   * Whether news that reached a device's socket late are for the socket, and then are not kept for
   * the device any more; else the device hears them where it registers.
   */
  Future<Boolean> takeLate(Session here, String frame, String id, long ttlMillis) {
    return redis
        .run(
            LATE,
            List.of(),
            List.of(
                here.userId(),
                here.deviceId(),
                here.socketId(),
                frame,
                id,
                Long.toString(ttlMillis)))
        .map(answer -> answer == null || answer.toInteger() == 1);
  }
}
