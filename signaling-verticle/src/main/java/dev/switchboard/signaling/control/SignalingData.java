package dev.switchboard.signaling.control;

import dev.switchboard.shared.auth.SignOut;
import dev.switchboard.shared.auth.SignOutFeed;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.users.Erasure;
import dev.switchboard.signaling.calls.Call;
import dev.switchboard.signaling.calls.CallCommand;
import dev.switchboard.signaling.calls.CallMachine;
import dev.switchboard.signaling.calls.EdgeCalls;
import dev.switchboard.signaling.history.PastCalls;
import dev.switchboard.signaling.sessions.Session;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * What signaling keeps of a user: sockets, calls, blocks. Belongs to the loop of its edge; futures
 * fail while a store is away.
 */
final class SignalingData {
  private static final String ERASED = "user_deleted";
  private static final int ALL = Integer.MAX_VALUE;

  private final Node node;
  private final RedisLink redis;
  private final UserStore users;
  private final LiveCalls live;
  private final PastCalls past;
  private final Blocks blocks;
  private final DoNotDisturb dnd;
  private final EdgeCalls calls;

  SignalingData(
      Node node,
      RedisLink redis,
      UserStore users,
      LiveCalls live,
      PastCalls past,
      Blocks blocks,
      DoNotDisturb dnd,
      EdgeCalls calls) {
    this.node = node;
    this.redis = redis;
    this.users = users;
    this.live = live;
    this.past = past;
    this.blocks = blocks;
    this.dnd = dnd;
    this.calls = calls;
  }

  /** All of it; empty for a user of whom nothing is known. */
  Future<JsonObject> export(String userId) {
    Future<List<Session>> sockets = users.sockets(userId);
    Future<List<Call>> ringing = live.ofUser(userId);
    Future<List<JsonObject>> ended = past.ofUser(userId);
    Future<List<Blocks.Block>> blocked = blocks.list(userId, "", ALL);
    Future<Optional<Long>> quiet = dnd.until(userId);
    return Future.all(sockets, ringing, ended, blocked, quiet)
        .map(
            all -> {
              JsonObject kept = new JsonObject();
              put(kept, "sockets", sockets.result().stream().map(SignalingData::show).toList());
              put(kept, "liveCalls", ringing.result().stream().map(CallView::of).toList());
              put(kept, "calls", ended.result());
              put(kept, "blocks", blocked.result().stream().map(Blocks.Block::json).toList());
              quiet.result().ifPresent(until -> kept.put("dndUntil", until));
              return kept;
            });
  }

  private static void put(JsonObject kept, String name, List<JsonObject> list) {
    if (!list.isEmpty()) {
      kept.put(name, new JsonArray(list));
    }
  }

  private static JsonObject show(Session socket) {
    return new JsonObject()
        .put("deviceId", socket.deviceId())
        .put("socketId", socket.socketId())
        .put("platform", socket.platform())
        .put("edge", socket.edge().toString())
        .put("since", socket.registeredAt());
  }

  /** Deletes all of it; the records of others keep {@link PastCalls#DELETED} in its place. */
  Future<Void> erase(Erasure erasure) {
    String user = erasure.userId();
    return SignOutFeed.say(
            redis, node.settings(), new SignOut.Disconnected(user, null), node.clock().millis())
        .compose(said -> live.ofUser(user))
        .compose(going -> Future.join(going.stream().map(this::end).toList()))
        .compose(ended -> users.forget(user, erasure.devices()))
        .compose(forgotten -> blocks.erase(user))
        .compose(lifted -> past.erase(user))
        .compose(erased -> users.forgetTraces(user));
  }

  private Future<?> end(Call call) {
    return calls.end(call.callId(), new CallCommand.Terminate(CallMachine.SYSTEM, ERASED));
  }
}
