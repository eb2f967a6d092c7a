package dev.switchboard.signaling.chat;

import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.chat.Membership.Item;
import dev.switchboard.signaling.chat.Membership.Keys;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.edge.Receipt;
import dev.switchboard.signaling.edge.Recipient;
import dev.switchboard.signaling.socketio.EncodedPacket;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * From one edge to the members of a session, wherever they are: one message per edge, with the
 * frame where it is small, else with the name of its pieces, which that edge fetches once. Belongs
 * to the loop of its edge.
 */
final class ChatMail implements Recipient {
  /** Under what name other edges reach the chat of an edge. */
  static final String ADDRESS = "chat";

  /** A larger frame does not travel over the event bus. */
  private static final int MOST_BUS_CHARS = 65_536;

  private final EdgeId edge;
  private final EdgeRouter router;
  private final Bodies bodies;
  private final ChatMetrics metrics;
  private final Map<String, Map<String, Membership>> here = new HashMap<>();
  private Consumer<Seat> stale = seat -> {};

  ChatMail(EdgeId edge, EdgeRouter router, Bodies bodies, ChatMetrics metrics) {
    this.edge = edge;
    this.router = router;
    this.bodies = bodies;
    this.metrics = metrics;
  }

  /** Sets who is told of a member whose edge is gone. */
  void onStale(Consumer<Seat> handler) {
    stale = handler;
  }

  /** Makes a member of this edge reachable. */
  void add(Membership member) {
    Seat seat = member.seat();
    here.computeIfAbsent(seat.sessionId(), id -> new HashMap<>()).put(seat.socketId(), member);
  }

  /** Takes a member of this edge out. */
  void remove(Membership member) {
    member.end();
    Seat seat = member.seat();
    Map<String, Membership> others = here.get(seat.sessionId());
    if (others != null && others.remove(seat.socketId(), member) && others.isEmpty()) {
      here.remove(seat.sessionId());
    }
  }

  /** How many members are on this edge. */
  int size() {
    return here.values().stream().mapToInt(Map::size).sum();
  }

  /** Every member of this edge. */
  List<Membership> all() {
    return here.values().stream().flatMap(members -> members.values().stream()).toList();
  }

  /** Sends a frame to members. */
  void send(String sessionId, List<Member> members, String frame) {
    send(sessionId, members, frame, Keys.NONE);
  }

  /** Sends a list of public keys to members. */
  void send(String sessionId, List<Member> members, String frame, Keys keys) {
    EncodedPacket packet = EncodedPacket.ofText(frame);
    byEdge(members)
        .forEach(
            (target, there) -> {
              if (target.equals(edge)) {
                give(sessionId, sockets(there), packet, "", keys);
              } else {
                JsonObject note = new JsonObject().put("k", keys.rev()).put("f", keys.first());
                post(sessionId, target, there, frame, note);
              }
            });
  }

  /** Delivers a message that has been kept. */
  void deliver(String sessionId, List<Member> members, Draft draft) {
    String frame = draft.delivered().text();
    byEdge(members)
        .forEach(
            (target, there) -> {
              boolean local = router.isHere(target);
              metrics.delivered(there.size(), local);
              if (target.equals(edge)) {
                give(sessionId, sockets(there), draft.delivered(), draft.ref(), Keys.NONE);
                return;
              }
              JsonObject note = new JsonObject().put("r", draft.ref());
              boolean carried = local || frame.length() <= MOST_BUS_CHARS;
              post(
                  sessionId,
                  target,
                  there,
                  carried ? frame : null,
                  carried ? note : note.put("n", draft.body().size()));
            });
  }

  /** Tells a socket that another has taken its place. */
  void replace(Seat former) {
    String frame = ChatFrames.error(ChatError.REPLACED);
    EdgeId target = EdgeId.parse(former.edge());
    JsonObject note =
        new JsonObject()
            .put("s", former.sessionId())
            .put("to", new JsonArray().add(former.socketId()))
            .put("x", true);
    router.send(target, EdgeMessage.write(ADDRESS, frame, note));
  }

  private static Map<EdgeId, List<Member>> byEdge(List<Member> members) {
    Map<EdgeId, List<Member>> edges = new HashMap<>();
    for (Member member : members) {
      edges.computeIfAbsent(member.edge(), id -> new ArrayList<>()).add(member);
    }
    return edges;
  }

  private static List<String> sockets(List<Member> members) {
    return members.stream().map(Member::socketId).toList();
  }

  private void post(
      String sessionId,
      EdgeId target,
      List<Member> members,
      @Nullable String frame,
      JsonObject note) {
    note.put("s", sessionId).put("to", new JsonArray(sockets(members)));
    router
        .send(target, new EdgeMessage(ADDRESS, EdgeMessage.Kind.WRITE, frame, note))
        .onSuccess(
            receipt -> {
              if (receipt == Receipt.NO_SESSION) {
                members.forEach(
                    member ->
                        stale.accept(
                            new Seat(
                                sessionId, member.userId(), member.socketId(), target.toString())));
              }
            });
  }

  @Override
  public boolean accept(EdgeMessage message) {
    JsonObject note = message.note();
    if (note == null) {
      return true;
    }
    String sessionId = note.getString("s");
    List<String> sockets = note.getJsonArray("to").stream().map(String.class::cast).toList();
    String frame = message.frame();
    if (note.getBoolean("x", false)) {
      sockets.forEach(socket -> takeOut(sessionId, socket, String.valueOf(frame)));
    } else if (frame != null) {
      give(
          sessionId,
          sockets,
          EncodedPacket.ofText(frame),
          note.getString("r", ""),
          new Keys(note.getLong("k", 0L), note.getString("f", "")));
    } else {
      String ref = note.getString("r");
      give(
          sessionId,
          sockets,
          bodies.delivery(sessionId, ref, note.getInteger("n")),
          ref,
          Keys.NONE);
    }
    return true;
  }

  private void takeOut(String sessionId, String socketId, String frame) {
    Membership member = find(sessionId, socketId);
    if (member != null) {
      member.replaced(EncodedPacket.ofText(frame));
    }
  }

  private @Nullable Membership find(String sessionId, String socketId) {
    Map<String, Membership> members = here.get(sessionId);
    return members == null ? null : members.get(socketId);
  }

  private void give(
      String sessionId, List<String> sockets, EncodedPacket packet, String ref, Keys keys) {
    give(sessionId, sockets, Future.succeededFuture(packet), ref, keys);
  }

  private void give(
      String sessionId,
      List<String> sockets,
      Future<@Nullable EncodedPacket> packet,
      String ref,
      Keys keys) {
    for (String socket : sockets) {
      Membership member = find(sessionId, socket);
      if (member != null) {
        member.offer(new Item(packet, ref, keys));
      }
    }
  }
}
