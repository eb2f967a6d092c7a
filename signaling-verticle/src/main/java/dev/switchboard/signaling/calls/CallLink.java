package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.sessions.Session;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a socket knows of the call it is in: the call as last heard of, and where the peer is, so
 * that signaling goes from edge to edge without asking Redis. It may be stale; whoever acts on it
 * finds out by a conflict or by {@code NO_SESSION}.
 *
 * @param peers the sessions signaling goes to; empty if they must be looked up
 */
record CallLink(Call call, List<Session> peers) {

  /** The note that gives a socket its link along with an event. */
  static JsonObject note(Call call, String forDevice, List<Session> peers) {
    List<String> texts = new ArrayList<>(peers.size());
    peers.forEach(peer -> texts.add(peer.toJson()));
    return new JsonObject()
        .put("call", CallFields.write(call))
        .put("device", forDevice)
        .put("peers", new JsonArray(texts));
  }

  /** Reads a note; null if it holds no call. */
  static @Nullable CallLink of(JsonObject note) {
    Call call = CallFields.read(note.getJsonObject("call"));
    if (call == null) {
      return null;
    }
    List<Session> peers = new ArrayList<>();
    for (Object text : note.getJsonArray("peers")) {
      peers.add(Session.parse((String) text));
    }
    return new CallLink(call, peers);
  }

  /** The sessions that a party's signaling goes to, out of those of the peer. */
  static List<Session> peersFor(Call call, String userId, CallStore.Sessions sessions) {
    String peer = call.peerOf(userId);
    String device = call.deviceOf(peer);
    List<Session> all = sessions.of(peer);
    return device == null
        ? all
        : all.stream().filter(session -> session.deviceId().equals(device)).toList();
  }
}
