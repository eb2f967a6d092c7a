package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.socketio.EncodedPacket;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What edges send a device by its socket: it waits while the device registers, is sent in order,
 * and remembered until the client has shown that it has got it. What is left passes to the device's
 * next socket. Belongs to the loop of its edge.
 */
final class Downlink {
  /** How long the former socket's client may take to show that it has got everything. */
  private static final Duration LAST_ANSWER = Duration.ofMillis(750);

  /** How long the next socket waits for what the former has to leave it. */
  private static final long HAND_OVER_MILLIS = 1_000;

  private final Vertx vertx;
  private final SocketIoSocket socket;
  private final Consumer<EdgeMessage> taker;
  private final CandidateQueue candidates;
  private @Nullable Deque<EdgeMessage> held;
  private @Nullable Unproven unproven;
  private final List<EdgeMessage> inherited = new ArrayList<>(0);
  private @Nullable Promise<@Nullable Void> former;

  /**
   * That of a socket.
   *
   * @param taker gets what arrives, in order and when it may be sent
   */
  Downlink(Vertx vertx, SocketIoSocket socket, Consumer<EdgeMessage> taker) {
    this.vertx = vertx;
    this.socket = socket;
    this.taker = taker;
    this.candidates = new CandidateQueue(vertx, socket);
  }

  /**
   * Holds what arrives from now on: nothing overtakes the answer to {@code register}, and nothing
   * is sent to a socket that makes way for another.
   */
  void hold() {
    if (held == null) {
      held = new ArrayDeque<>();
    }
  }

  boolean isHolding() {
    return held != null;
  }

  /** Lets go what was held, and no longer holds. */
  void release() {
    Deque<EdgeMessage> waiting = held;
    held = null;
    if (waiting != null) {
      waiting.forEach(taker);
    }
  }

  /** Another edge has sent this. */
  void arrived(EdgeMessage message) {
    Deque<EdgeMessage> waiting = held;
    if (waiting != null) {
      waiting.add(message);
    } else {
      taker.accept(message);
    }
  }

  /** A client that reads slowly can do without candidates for a while, and with fewer. */
  void send(String frame) {
    if (CandidateQueue.isCandidate(frame)) {
      candidates.candidate(frame);
    } else {
      candidates.before(frame);
      socket.send(EncodedPacket.ofText(frame));
    }
  }

  /** Sends the frame of a message, which the device's next socket gets if this client does not. */
  void send(EdgeMessage message, String frame) {
    send(frame);
    if (CallNews.isToBeKept(message)) {
      Unproven sent = unproven;
      if (sent == null) {
        sent = new Unproven(socket);
        unproven = sent;
      }
      sent.add(message, frame);
    }
  }

  /** Finds out whether the client has got what it was sent: about once a second, and after many. */
  void proveArrivals() {
    if (unproven != null && unproven.isSettled()) {
      unproven = null;
    }
  }

  /**
   * Waits for what a former socket hands over, and gives the client a last chance to show what it
   * has got; completes in time.
   */
  Future<@Nullable Void> settle() {
    Promise<@Nullable Void> waiting = former;
    Unproven sent = unproven;
    Future<@Nullable Void> answered =
        sent == null ? Future.succeededFuture() : sent.settle(LAST_ANSWER);
    return waiting == null ? answered : waiting.future().compose(done -> answered);
  }

  /** What the client was sent is its own affair from now on. */
  void forgetSent() {
    unproven = null;
  }

  /** What the client has perhaps not got or was not sent, in order; from now on none is left. */
  List<EdgeMessage> takeLeft() {
    Unproven sent = unproven;
    unproven = null;
    List<EdgeMessage> left = new ArrayList<>(sent == null ? List.of() : sent.takeAll());
    left.addAll(takeInherited());
    Deque<EdgeMessage> waiting = held;
    held = null;
    if (waiting != null) {
      waiting.stream().filter(CallNews::isToBeKept).forEach(left::add);
    }
    return left;
  }

  /** Completes when the device's former socket has handed over what it has left, or in time. */
  Future<@Nullable Void> awaitHandOver() {
    Promise<@Nullable Void> waiting = Promise.promise();
    former = waiting;
    long timer = vertx.setTimer(HAND_OVER_MILLIS, late -> handedOver(List.of()));
    return waiting.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  /** The former socket has handed these over; false if nobody waits for them any more. */
  boolean handedOver(List<String> frames) {
    frames.forEach(frame -> inherited.add(new EdgeMessage(socket.id(), frame, null)));
    Promise<@Nullable Void> waiting = former;
    former = null;
    return waiting != null && waiting.tryComplete();
  }

  /** What was handed over and has not been sent; from now on none is left. */
  List<EdgeMessage> takeInherited() {
    List<EdgeMessage> taken = List.copyOf(inherited);
    inherited.clear();
    return taken;
  }
}
