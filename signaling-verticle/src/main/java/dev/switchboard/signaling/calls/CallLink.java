package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.sessions.Session;
import java.util.List;

/**
 * What a socket knows of the call it is in: the call in the newest version that arrived, and where
 * the peer is, so that signaling goes from edge to edge without asking Redis. It may be stale;
 * whoever acts on it finds out by a conflict or by a stale address.
 *
 * @param peers the sessions signaling goes to; empty if they must be looked up
 */
record CallLink(Call call, List<Session> peers) {

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
