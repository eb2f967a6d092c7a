package dev.switchboard.signaling.timeline;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.signaling.SignalingKeys;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.sessions.Session;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what is known of a user's devices: sessions from Redis, pongs from their edges, tokens
 * from a push node. Belongs to the loop of its edge; futures fail with {@link
 * dev.switchboard.shared.redis.StoreUnavailableException}.
 */
final class ReachStore {
  private static final long PUSH_MILLIS = 2_000;

  private final EdgeContext context;
  private final Pongs pongs;
  private final DeliveryOptions options = new DeliveryOptions().setSendTimeout(PUSH_MILLIS);

  ReachStore(EdgeContext context) {
    this.context = context;
    this.pongs = new Pongs(context);
  }

  /** {@code {userId, sockets, devices, providers, wouldRing}}. */
  Future<JsonObject> of(String userId) {
    Future<List<Reachability.Socket>> sockets = sessions(userId).compose(this::asked);
    Future<@Nullable JsonObject> push = push(userId);
    Future<Set<String>> deliverable = deliverable();
    Future<Long> dnd = dndUntil(userId);
    return Future.all(sockets, push, deliverable, dnd)
        .map(
            all ->
                show(userId, sockets.result(), push.result(), deliverable.result(), dnd.result()));
  }

  private Future<List<Session>> sessions(String userId) {
    return context
        .redis()
        .send(Request.cmd(Command.HVALS).arg(SignalingKeys.sessions(userId)))
        .map(
            answer -> {
              List<Session> sessions = new ArrayList<>();
              if (answer != null) {
                answer.forEach(text -> sessions.add(Session.parse(text.toString())));
              }
              return sessions;
            });
  }

  private Future<List<Reachability.Socket>> asked(List<Session> sessions) {
    Map<EdgeId, List<Session>> byEdge =
        sessions.stream().collect(Collectors.groupingBy(Session::edge));
    List<Future<JsonObject>> answers = new ArrayList<>();
    byEdge.forEach(
        (edge, here) ->
            answers.add(pongs.ask(edge, here.stream().map(Session::socketId).toList())));
    return Future.join(answers)
        .map(
            all -> {
              JsonObject known = new JsonObject();
              answers.forEach(answer -> known.mergeIn(answer.result()));
              return sessions.stream()
                  .map(one -> socket(one, known.getJsonObject(one.socketId())))
                  .toList();
            });
  }

  private static Reachability.Socket socket(Session session, @Nullable JsonObject pong) {
    return new Reachability.Socket(
        session.deviceId(),
        session.platform(),
        session.edge().toString(),
        session.registeredAt(),
        pong == null ? null : pong.getLong("lastPong"),
        pong == null ? null : pong.getBoolean("alive"));
  }

  private Future<@Nullable JsonObject> push(String userId) {
    return context
        .vertx()
        .eventBus()
        .<JsonObject>request(
            BusAddresses.PUSH_DEVICES, new JsonObject().put("userId", userId), options)
        .<@Nullable JsonObject>map(Message::body)
        .otherwise((JsonObject) null);
  }

  private Future<Set<String>> deliverable() {
    return context
        .redis()
        .send(Request.cmd(Command.SMEMBERS).arg(PushJobs.PROVIDERS))
        .map(
            answer -> {
              Set<String> types = new HashSet<>();
              if (answer != null) {
                for (Response type : answer) {
                  types.add(type.toString());
                }
              }
              return types;
            });
  }

  private Future<Long> dndUntil(String userId) {
    return context
        .redis()
        .send(Request.cmd(Command.GET).arg(SignalingKeys.dnd(userId)))
        .map(until -> until == null ? 0 : Long.parseLong(until.toString()));
  }

  private JsonObject show(
      String userId,
      List<Reachability.Socket> sockets,
      @Nullable JsonObject push,
      Set<String> deliverable,
      long dndUntil) {
    List<Reachability.Token> tokens = push == null ? null : tokens(push.getJsonArray("devices"));
    Reachability reach =
        new Reachability(sockets, tokens, deliverable, dndUntil, context.clock().millis());
    JsonArray shown = new JsonArray();
    sockets.forEach(socket -> shown.add(show(socket)));
    return new JsonObject()
        .put("userId", userId)
        .put("sockets", shown)
        .put("devices", push == null ? null : push.getJsonArray("devices"))
        .put("providers", push == null ? null : push.getJsonArray("providers"))
        .put("wouldRing", reach.wouldRing());
  }

  private static List<Reachability.Token> tokens(JsonArray devices) {
    List<Reachability.Token> tokens = new ArrayList<>();
    for (int i = 0; i < devices.size(); i++) {
      JsonObject device = devices.getJsonObject(i);
      JsonObject failure = device.getJsonObject("lastFailure");
      tokens.add(
          new Reachability.Token(
              device.getString("deviceId"),
              device.getString("type"),
              device.getString("app"),
              device.getLong("quarantinedUntil") == null ? 0 : device.getLong("quarantinedUntil"),
              failure == null ? null : failure.getString("reason")));
    }
    return tokens;
  }

  private static JsonObject show(Reachability.Socket socket) {
    return new JsonObject()
        .put("deviceId", socket.deviceId())
        .put("platform", socket.platform().isEmpty() ? null : socket.platform())
        .put("edge", socket.edge())
        .put("since", socket.since())
        .put("lastPong", socket.lastPong());
  }
}
