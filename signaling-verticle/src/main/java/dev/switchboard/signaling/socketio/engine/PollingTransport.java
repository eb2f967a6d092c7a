package dev.switchboard.signaling.socketio.engine;

import dev.switchboard.signaling.websocket.LoopFlusher;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * HTTP long-polling: packets wait here until a GET takes them. What is sent within one turn of the
 * event loop leaves in one answer.
 */
final class PollingTransport implements Transport, LoopFlusher.Flushable {
  static final String NAME = "polling";

  /** What the Python client takes in one answer; with more it gives its connection up. */
  private static final int MAX_PACKETS = 16;

  private static final int NORMAL = 1000;

  private final LoopFlusher flusher;
  private ArrayDeque<Object> queue = new ArrayDeque<>(4);
  private long queuedBytes;
  private boolean moved;
  private boolean flushScheduled;
  private boolean closing;
  private @Nullable Promise<PollResponse> poll;
  private String pollId = "";

  PollingTransport(LoopFlusher flusher) {
    this.flusher = flusher;
  }

  @Override
  public String name() {
    return NAME;
  }

  boolean hasPoll() {
    return poll != null;
  }

  boolean hasPoll(String id) {
    return poll != null && pollId.equals(id);
  }

  /** True for the last GET there was, whether it waits or its answer is on the way. */
  boolean isLatest(String id) {
    return pollId.equals(id);
  }

  /** Takes a GET that waits for packets. There must be none waiting. */
  Future<PollResponse> poll(String id) {
    Promise<PollResponse> promise = Promise.promise();
    poll = promise;
    pollId = id;
    flush();
    return promise.future();
  }

  /** Answers the waiting GET, if there is one. */
  void answer(PollResponse response) {
    Promise<PollResponse> waiting = poll;
    if (waiting != null) {
      poll = null;
      waiting.complete(response);
    }
  }

  /** What waits, in order, for another transport to carry on with. */
  ArrayDeque<Object> takeQueue() {
    ArrayDeque<Object> taken = queue;
    queue = new ArrayDeque<>(0);
    queuedBytes = 0;
    return taken;
  }

  @Override
  public void send(String packet) {
    enqueue(packet);
  }

  @Override
  public void send(EngineText packet) {
    send(packet.packet());
  }

  @Override
  public void send(Buffer message) {
    enqueue(message);
  }

  private void enqueue(Object packet) {
    queue.add(packet);
    queuedBytes += size(packet);
    if (poll != null && !flushScheduled) {
      flushScheduled = true;
      flusher.later(this);
    }
  }

  @Override
  public void flush() {
    flushScheduled = false;
    if (poll == null || queue.isEmpty()) {
      return;
    }
    moved = true;
    answer(PollResponse.payload(PayloadCodec.encode(takeNext())));
  }

  private Collection<Object> takeNext() {
    if (queue.size() <= MAX_PACKETS) {
      return takeQueue();
    }
    List<Object> next = new ArrayList<>(MAX_PACKETS);
    while (next.size() < MAX_PACKETS) {
      Object packet = queue.remove();
      queuedBytes -= size(packet);
      next.add(packet);
    }
    return next;
  }

  private static int size(Object packet) {
    return packet instanceof Buffer binary ? binary.length() : ((String) packet).length();
  }

  @Override
  public long bytesWaiting() {
    return queuedBytes;
  }

  @Override
  public boolean moved() {
    boolean was = moved;
    moved = false;
    return was;
  }

  @Override
  public void maxMessageBytes(int bytes) {
    // Bodies are limited where they are read.
  }

  @Override
  public void reading(boolean on) {
    // A client has one POST under way at a time, and what is read of it is one body.
  }

  /** True when everything is out and the client has been told. */
  boolean isDrained() {
    return closing && queue.isEmpty();
  }

  /**
   * With {@code NORMAL} a close packet is the last one. Some clients (Python's) never come back
   * after that: where they are to, polls just find the session gone.
   */
  @Override
  public void close(int webSocketCode) {
    closing = true;
    if (webSocketCode == NORMAL) {
      enqueue("1");
    }
    flush();
    if (queue.isEmpty()) {
      answer(PollResponse.UNKNOWN);
    }
  }

  @Override
  public void abort() {
    abort(PollResponse.UNKNOWN);
  }

  /** Drops what waits; {@code last} is the answer to a poll that is there. */
  void abort(PollResponse last) {
    takeQueue();
    answer(last);
  }
}
