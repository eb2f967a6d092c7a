package dev.switchboard.signaling.socketio.engine;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * HTTP long-polling: packets wait here until a GET takes them. What is sent within one turn of the
 * event loop leaves in one answer.
 */
final class PollingTransport implements Transport, LoopFlusher.Flushable {
  static final String NAME = "polling";

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
    enqueue(packet, packet.length());
  }

  @Override
  public void send(EngineText packet) {
    send(packet.packet());
  }

  @Override
  public void send(Buffer message) {
    enqueue(message, message.length());
  }

  private void enqueue(Object packet, int bytes) {
    queue.add(packet);
    queuedBytes += bytes;
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
    answer(PollResponse.payload(PayloadCodec.encode(takeQueue())));
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

  @Override
  public void close(int webSocketCode) {
    closing = true;
    queue.add("1");
    flush();
  }

  @Override
  public void abort() {
    takeQueue();
    answer(PollResponse.CLOSE);
  }
}
