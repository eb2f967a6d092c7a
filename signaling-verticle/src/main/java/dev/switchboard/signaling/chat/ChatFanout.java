package dev.switchboard.signaling.chat;

import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.chat.Membership.Item;
import dev.switchboard.signaling.chat.Membership.Keys;
import dev.switchboard.signaling.edge.Address;
import dev.switchboard.signaling.edge.Deliveries;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.EdgeNote;
import dev.switchboard.signaling.edge.Endpoint;
import dev.switchboard.signaling.edge.RelayMetrics;
import dev.switchboard.signaling.socketio.EncodedPacket;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * From one edge to the members of a session, wherever they are: one message per edge, with the
 * frame where it is small, else with the name of its pieces, which that edge fetches once. Belongs
 * to the loop of its edge.
 */
final class ChatFanout implements Endpoint {
  /** The endpoint of the chat of an edge. */
  private static final String ENDPOINT = "chat";

  /** A larger frame does not travel over the event bus. */
  private static final int MOST_BUS_CHARS = 65_536;

  private final EdgeId edge;
  private final MessageStore messages;
  private final RelayMetrics metrics;
  private final Deliveries<Group> deliveries;
  private final Map<String, Map<String, Membership>> here = new HashMap<>();

  /**
   * Makes one, and makes it reachable.
   *
   * @param stale gets each member whose edge is gone
   */
  ChatFanout(EdgeContext context, MessageStore messages, Consumer<Seat> stale) {
    this.edge = context.id();
    this.messages = messages;
    this.metrics = context.relays();
    this.deliveries = context.deliveries(group -> group.seats().forEach(stale));
    context.sockets().add(ENDPOINT, this);
  }

  /** Members of a session on one edge. */
  private record Group(String sessionId, EdgeId edge, List<Member> members) implements Address {
    @Override
    public String endpoint() {
      return ENDPOINT;
    }

    List<String> sockets() {
      return members.stream().map(Member::socketId).toList();
    }

    List<Seat> seats() {
      return members.stream()
          .map(member -> new Seat(sessionId, member.userId(), member.socketId(), edge.toString()))
          .toList();
    }

    static List<Group> of(String sessionId, List<Member> members) {
      Map<EdgeId, List<Member>> edges = new HashMap<>();
      for (Member member : members) {
        edges.computeIfAbsent(member.edge(), id -> new ArrayList<>()).add(member);
      }
      List<Group> groups = new ArrayList<>(edges.size());
      edges.forEach((edge, there) -> groups.add(new Group(sessionId, edge, there)));
      return groups;
    }
  }

  /** What an edge sends another besides a frame. */
  sealed interface Note extends EdgeNote {
    EdgeNote.Codec<Note> CODEC =
        new EdgeNote.Codec<>(ENDPOINT, Note.class, Note::write, Note::read);

    String sessionId();

    /** Those that it is for. */
    List<String> sockets();

    @Override
    default String feature() {
      return ENDPOINT;
    }

    /**
     * An event, perhaps a list of public keys.
     *
     * @param number as {@link Membership.Item} has it
     */
    record Other(String sessionId, List<String> sockets, Keys keys, long number) implements Note {}

    /**
     * A message.
     *
     * @param ref names its pieces
     * @param pieces how many there are to fetch where it comes without a frame
     * @param number as {@link Membership.Item} has it
     * @param place orders it among its author's
     */
    record Message(
        String sessionId, List<String> sockets, String ref, int pieces, long number, Place place)
        implements Note {}

    /** Somebody types, or no longer does. */
    record Typing(String sessionId, List<String> sockets, String userId, boolean begins)
        implements Note {}

    /** Another socket has taken the place of this one. */
    record Replaced(String sessionId, List<String> sockets) implements Note {}

    private static JsonObject write(Note note) {
      JsonObject json =
          new JsonObject()
              .put("session", note.sessionId())
              .put("sockets", new JsonArray(note.sockets()));
      return switch (note) {
        case Other other ->
            json.put("rev", other.keys().rev())
                .put("first", other.keys().first())
                .put("number", other.number());
        case Message message -> {
          message.place().write(json);
          yield json.put("ref", message.ref())
              .put("pieces", message.pieces())
              .put("number", message.number());
        }
        // Nodes that do not know of typing take it for an event like others.
        case Typing typing ->
            json.put("rev", 0).put("typist", typing.userId()).put("begins", typing.begins());
        case Replaced replaced -> json;
      };
    }

    private static Note read(JsonObject json) {
      String session = json.getString("session");
      List<String> sockets = json.getJsonArray("sockets").stream().map(String.class::cast).toList();
      if (json.containsKey("typist")) {
        return new Typing(session, sockets, json.getString("typist"), json.getBoolean("begins"));
      }
      long number = json.getLong("number", 0L);
      if (json.containsKey("rev")) {
        Keys keys = new Keys(json.getLong("rev"), json.getString("first"));
        return new Other(session, sockets, keys, number);
      }
      return json.containsKey("ref")
          ? new Message(
              session,
              sockets,
              json.getString("ref"),
              json.getInteger("pieces"),
              number,
              Place.read(json))
          : new Replaced(session, sockets);
    }
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

  /** True if a connection of this edge has the seat, be it another one than before. */
  boolean has(Seat seat) {
    return here.getOrDefault(seat.sessionId(), Map.of()).containsKey(seat.socketId());
  }

  List<Membership> all() {
    return here.values().stream().flatMap(members -> members.values().stream()).toList();
  }

  void send(String sessionId, List<Member> members, String frame, long number) {
    send(sessionId, members, frame, Keys.NONE, number);
  }

  /** Sends a list of public keys, of which only the newest counts. */
  void send(String sessionId, List<Member> members, String frame, Keys keys) {
    send(sessionId, members, frame, keys, 0);
  }

  /** Lets members know that another types, or no longer does. */
  void typing(String sessionId, List<Member> members, String frame, String userId, boolean begins) {
    send(
        sessionId,
        members,
        frame,
        group -> new Note.Typing(sessionId, group.sockets(), userId, begins));
  }

  private void send(String sessionId, List<Member> members, String frame, Keys keys, long number) {
    send(
        sessionId,
        members,
        frame,
        group -> new Note.Other(sessionId, group.sockets(), keys, number));
  }

  private void send(
      String sessionId, List<Member> members, String frame, Function<Group, Note> noteFor) {
    for (Group group : Group.of(sessionId, members)) {
      Note note = noteFor.apply(group);
      if (group.edge().equals(edge)) {
        accept(new EdgeMessage(ENDPOINT, frame, note));
      } else {
        deliveries.send(group, frame, note);
      }
    }
  }

  /** Delivers a message that has been kept. */
  void deliver(String sessionId, List<Member> members, Draft draft, long number, Place place) {
    String frame = draft.delivered().text();
    for (Group group : Group.of(sessionId, members)) {
      boolean local = deliveries.isHere(group);
      metrics.relayed(ChatFrames.NEW_MESSAGE, local, group.members().size());
      Note.Message note =
          new Note.Message(
              sessionId, group.sockets(), draft.ref(), draft.body().size(), number, place);
      if (group.edge().equals(edge)) {
        give(note, new Item(delivered(draft), draft.ref(), Keys.NONE, number, place));
      } else {
        boolean carried = local || frame.length() <= MOST_BUS_CHARS;
        deliveries.send(group, carried ? frame : null, note);
      }
    }
  }

  /** Notifies a socket that another has taken its place. */
  void replace(Seat former) {
    deliveries.send(
        new Group(former.sessionId(), EdgeId.parse(former.edge()), List.of()),
        ChatFrames.error(ChatError.REPLACED),
        new Note.Replaced(former.sessionId(), List.of(former.socketId())));
  }

  @Override
  public boolean accept(EdgeMessage message) {
    if (!(message.note() instanceof Note note)) {
      return false;
    }
    String frame = message.frame();
    Future<@Nullable EncodedPacket> packet =
        Future.succeededFuture(frame == null ? null : EncodedPacket.ofText(frame));
    switch (note) {
      case Note.Other other ->
          give(other, new Item(packet, "", other.keys(), other.number(), Place.NONE));
      case Note.Message stored ->
          give(
              stored,
              new Item(
                  frame == null
                      ? messages.delivery(stored.sessionId(), stored.ref(), stored.pieces())
                      : packet,
                  stored.ref(),
                  Keys.NONE,
                  stored.number(),
                  stored.place()));
      case Note.Typing typing ->
          members(note)
              .forEach(member -> member.typing(packet.result(), typing.userId(), typing.begins()));
      case Note.Replaced replaced ->
          members(note).forEach(member -> member.replaced(packet.result()));
    }
    return true;
  }

  private static Future<@Nullable EncodedPacket> delivered(Draft draft) {
    return Future.succeededFuture(draft.delivered());
  }

  private void give(Note note, Item item) {
    members(note).forEach(member -> member.offer(item));
  }

  /** Those members that a note is for and that are still here. */
  private List<Membership> members(Note note) {
    Map<String, Membership> members = here.getOrDefault(note.sessionId(), Map.of());
    return note.sockets().stream().map(members::get).filter(Objects::nonNull).toList();
  }
}
