package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.socketio.EncodedPacket;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The candidates for one socket while its client reads slowly: they wait here, not among what
 * counts against the client, and of the same candidate only one does. They keep their place before
 * whatever is sent after them. Belongs to the loop of the socket's edge.
 */
final class CandidateQueue {
  private static final String CANDIDATE = "42[\"ice_candidate\",";
  private static final String TIMESTAMP = ",\"timestamp\":";
  private static final String CALL_END = "42[\"call_end\",";
  private static final long LOOK_MILLIS = 100;

  /** More candidates than any device has; of more the oldest go. */
  private static final int MOST = 256;

  private final Vertx vertx;
  private final SocketIoSocket socket;

  /** The frames by themselves without the time at which they came. */
  private final Map<String, String> waiting = new LinkedHashMap<>();

  CandidateQueue(Vertx vertx, SocketIoSocket socket) {
    this.vertx = vertx;
    this.socket = socket;
  }

  static boolean isCandidate(String frame) {
    return frame.startsWith(CANDIDATE);
  }

  /** Sends a candidate, now or when the client has read what is before it. */
  void candidate(String frame) {
    if (waiting.isEmpty()) {
      if (!socket.isSlow()) {
        send(frame);
        return;
      }
      later();
    }
    waiting.putIfAbsent(frame.substring(0, frame.lastIndexOf(TIMESTAMP)), frame);
    if (waiting.size() > MOST) {
      waiting.remove(waiting.keySet().iterator().next());
    }
  }

  /** What is of use to a call only is not sent behind its end. */
  void before(String frame) {
    if (frame.startsWith(CALL_END)) {
      waiting.clear();
    } else {
      flush();
    }
  }

  private void later() {
    vertx.setTimer(
        LOOK_MILLIS,
        fired -> {
          if (!socket.isConnected()) {
            waiting.clear();
          } else if (!socket.isSlow()) {
            flush();
          } else if (!waiting.isEmpty()) {
            later();
          }
        });
  }

  private void flush() {
    List<String> frames = new ArrayList<>(waiting.values());
    waiting.clear();
    frames.forEach(this::send);
  }

  private void send(String frame) {
    socket.send(EncodedPacket.ofText(frame));
  }
}
