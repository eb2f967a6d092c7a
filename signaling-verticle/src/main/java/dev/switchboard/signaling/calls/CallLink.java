package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.sessions.Session;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a socket knows of the call it is in: the call in the newest version that arrived, and where
 * the peer is, so that signaling goes from edge to edge without asking Redis. It may be stale;
 * whoever acts on it finds out by a conflict or by a stale address. Belongs to the loop of its
 * edge.
 */
final class CallLink {
  /** More than one node has to tell another's sockets in a second. */
  static final int HEARD_AT_MOST = 12;

  private final CallSocket owner;
  private final CallMetrics metrics;
  private @Nullable Call call;
  private List<Session> peers = List.of();
  private long iceRenewAt;

  /** The latest news, and calls that were over by then; null until there is any. */
  private @Nullable Deque<String> heard;

  CallLink(CallSocket owner, CallMetrics metrics) {
    this.owner = owner;
    this.metrics = metrics;
  }

  /** Null while the socket is in no call. */
  @Nullable Call call() {
    return call;
  }

  @Nullable Call known(String callId) {
    Call known = call;
    return known != null && known.callId().equals(callId) ? known : null;
  }

  /** The sessions that signaling goes to; empty if they must be looked up. */
  List<Session> peers() {
    return peers;
  }

  /** Enters a call, or takes news of it. One that is over, or another device's, is left. */
  void set(@Nullable Call news, List<Session> where) {
    count(-1);
    boolean in =
        news != null
            && news.state().isLive()
            && isHere(news)
            // What was under way when the socket ended must not count it in again.
            && owner.socket().isConnected();
    call = in ? news : null;
    peers = in ? where : List.of();
    count(1);
  }

  private boolean isHere(Call news) {
    Session own = owner.session();
    if (own == null) {
      return false;
    }
    String inCall = news.deviceOf(own.userId());
    return inCall == null || inCall.equals(own.deviceId());
  }

  private void count(int change) {
    Call counted = call;
    Session own = owner.session();
    if (counted != null
        && own != null
        && counted.callerId().equals(own.userId())
        && counted.hasDevice(own.userId(), own.deviceId())) {
      metrics.caller(counted.state(), change);
    }
  }

  /**
   * Takes news of another edge; false if it has heard this before, since another node has told it
   * again, or if it knows that the call is over, since nodes tell a device of their steps in any
   * order.
   *
   * @param id null for what is never told again
   */
  boolean hears(@Nullable String id, Call news, List<Session> where) {
    boolean over = !news.state().isLive();
    if ((!over && isKnown(news.callId())) || (id != null && !isFirst(id))) {
      return false;
    }
    if (over) {
      isFirst(news.callId());
    }
    learn(news, where);
    return true;
  }

  private boolean isKnown(String id) {
    Deque<String> known = heard;
    return known != null && known.contains(id);
  }

  /** True if it is not known; it is from now on. */
  private boolean isFirst(String id) {
    Deque<String> known = heard;
    if (known == null) {
      known = new ArrayDeque<>(HEARD_AT_MOST);
      heard = known;
    }
    if (known.contains(id)) {
      return false;
    }
    if (known.size() == HEARD_AT_MOST) {
      known.removeFirst();
    }
    known.addLast(id);
    return true;
  }

  /** Takes the call as it was saved for this socket, unless more of it is known already. */
  void saved(Call news, List<Session> where) {
    Call known = known(news.callId());
    if (known == null || (known.version() <= news.version() && !where.isEmpty())) {
      set(news, where);
    }
  }

  /** Takes news unless it is old or of a call that waits for this one. */
  private void learn(Call news, List<Session> where) {
    Call known = call;
    boolean newer =
        known == null
            || (known.callId().equals(news.callId())
                ? news.version() >= known.version()
                : displaces(news, known));
    if (newer) {
      set(news, where);
    }
  }

  /** A call that only rings here waits for the one that this device is in. */
  private boolean displaces(Call news, Call known) {
    Session own = owner.session();
    boolean isIn = own != null && known.hasDevice(own.userId(), own.deviceId());
    return news.state() == CallState.ACCEPTED || (news.state() == CallState.RINGING && !isIn);
  }

  /** Nothing more is heard of this call but its end. */
  void leave(Call over) {
    isFirst(over.callId());
    if (known(over.callId()) != null) {
      leave();
    }
  }

  void leave() {
    set(null, List.of());
  }

  /** When the ICE servers of the call must be renewed, milliseconds since the epoch; 0: never. */
  long iceRenewAt() {
    return iceRenewAt;
  }

  void iceRenewAt(long at) {
    iceRenewAt = at;
  }
}
