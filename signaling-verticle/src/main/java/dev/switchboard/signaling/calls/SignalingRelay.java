package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.edge.ClientEvents;
import dev.switchboard.signaling.edge.Deliveries;
import dev.switchboard.signaling.edge.Payload;
import dev.switchboard.signaling.edge.Receipt;
import dev.switchboard.signaling.edge.RelayMetrics;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The signaling that one socket sends, in order. As long as the peer is where the link says it goes
 * straight to its edge; when that fails, everything behind waits until Redis has shown where the
 * peer is now or has kept what it must get when it comes back. Belongs to the loop of its edge.
 */
final class SignalingRelay {
  private static final int MAX_LOOKUPS = 4;
  private static final int MAX_WAITING = 1_024;

  private final CallService calls;
  private final RelayMetrics metrics;
  private final InstantSource clock;
  private final CallSocket owner;
  private final Deque<Entry> entries = new ArrayDeque<>(2);
  private boolean repairing;

  SignalingRelay(CallService calls, RelayMetrics metrics, InstantSource clock, CallSocket owner) {
    this.calls = calls;
    this.metrics = metrics;
    this.clock = clock;
    this.owner = owner;
  }

  private enum State {
    WAITING,
    SENT,
    DONE,
    FAILED
  }

  private static final class Entry {
    final RelayPayload payload;
    final String frame;
    final CallReply reply;
    State state = State.WAITING;
    CallStore.Missed missed = CallStore.Missed.NONE;

    /** Where it is on its way to. */
    List<Session> targets = List.of();

    /** True once Redis keeps it for whoever registers while it rings. */
    boolean kept;

    Entry(RelayPayload payload, String frame, CallReply reply) {
      this.payload = payload;
      this.frame = frame;
      this.reply = reply;
    }
  }

  /** The handler of one kind of signaling; {@code bodyName} is {@code sdp} or {@code candidate}. */
  Future<Void> submit(Event event, CallReply reply, String bodyName) {
    Session own = owner.registered();
    if (event.arguments().hasBinary()) {
      reply.refuse(CallError.BAD_FIELD, bodyName + " must not be binary");
      return Future.succeededFuture();
    }
    RelayPayload payload =
        RelayPayload.read(Payload.of(event.arguments(), CallError.PAYLOADS), bodyName);
    Call known = owner.link().known(payload.callId());
    if (known != null) {
      CallError error = CallMachine.mayRelay(known, own.userId(), own.deviceId(), payload.to());
      if (error != null) {
        reply.refuse(error);
        return Future.succeededFuture();
      }
    }
    if (entries.size() >= MAX_WAITING) {
      reply.refuse(CallError.TOO_MANY);
      return Future.succeededFuture();
    }
    String frame = CallFrames.relayed(event.name(), payload, own.userId(), clock.millis());
    Entry entry = new Entry(payload, frame, reply);
    boolean waits = repairing || isAnyHoldingUp();
    entries.add(entry);
    if (!waits) {
      send(entry);
    }
    advance();
    return Future.succeededFuture();
  }

  private boolean isAnyHoldingUp() {
    for (Entry entry : entries) {
      if (holdsUp(entry)) {
        return true;
      }
    }
    return false;
  }

  /**
   * True for what a later entry must not overtake. What is on its way to another socket than the
   * peer has now may yet fail, and comes after it then.
   */
  private boolean holdsUp(Entry entry) {
    return switch (entry.state) {
      case FAILED, WAITING -> true;
      case SENT -> !owner.link().peers().equals(entry.targets);
      case DONE -> false;
    };
  }

  private void send(Entry entry) {
    Call call = owner.link().known(entry.payload.callId());
    List<Session> peers = owner.link().peers();
    if (call == null || peers.isEmpty() || isForWhoeverRegisters(call, entry.payload)) {
      entry.state = State.FAILED;
      return;
    }
    entry.state = State.SENT;
    entry.targets = peers;
    deliver(entry, entry.targets);
  }

  /** While it rings Redis keeps it, too, for devices of the callee that are not there yet. */
  private static boolean isForWhoeverRegisters(Call call, RelayPayload payload) {
    return call.state() == CallState.RINGING && payload.to().equals(call.calleeId());
  }

  private void deliver(Entry entry, List<Session> targets) {
    Future<Receipt> sent = send(entry, targets);
    if (sent.isComplete()) {
      settle(entry, targets.getFirst(), sent.result());
    } else {
      sent.onSuccess(
          receipt -> {
            settle(entry, targets.getFirst(), receipt);
            advance();
          });
    }
  }

  /** Delivered if any session got it. Complete at once if there is one, on this loop. */
  private Future<Receipt> send(Entry entry, List<Session> targets) {
    Deliveries<Session> deliveries = calls.deliveries();
    targets.forEach(target -> metrics.relayed(entry.reply.event(), deliveries.isHere(target), 1));
    return targets.size() == 1
        ? deliveries.send(targets.getFirst(), entry.frame, null)
        : deliveries
            .send(targets, entry.frame, null)
            .map(
                receipts ->
                    receipts.contains(Receipt.DELIVERED) ? Receipt.DELIVERED : receipts.getFirst());
  }

  private static void settle(Entry entry, Session target, Receipt receipt) {
    if (receipt == Receipt.DELIVERED) {
      entry.state = State.DONE;
    } else {
      entry.state = State.FAILED;
      entry.missed = new CallStore.Missed(target.socketId(), entry.kept);
    }
  }

  /** Takes out what is done, in order, and sees to the first that failed. */
  private void advance() {
    while (!repairing) {
      Entry head = entries.peek();
      if (head == null || head.state == State.SENT) {
        return;
      }
      switch (head.state) {
        case DONE -> {
          entries.remove();
          acknowledge(head);
        }
        case WAITING -> send(head);
        case FAILED, SENT -> repair(head, MAX_LOOKUPS);
      }
    }
  }

  private static void acknowledge(Entry entry) {
    if (!entry.reply.isWanted()) {
      return;
    }
    JsonObject success = CallReply.success();
    if (!entry.reply.event().equals("ice_candidate")) {
      success.put("message", "Sent");
    }
    entry.reply.succeed(success);
  }

  private void repair(Entry entry, int tries) {
    repairing = true;
    Session own = owner.session();
    if (own == null || tries == 0) {
      refuse(entry, own == null ? CallError.NOT_AUTHORISED : CallError.WRONG_STATE);
      return;
    }
    CallStore.Party from = new CallStore.Party(own.userId(), own.deviceId());
    calls
        .route(entry.payload.callId(), from, entry.payload.to(), entry.frame, entry.missed)
        .onComplete(
            routed -> {
              if (routed.failed()) {
                finish(entry, () -> ClientEvents.fail(entry.reply, routed.cause()));
              } else {
                follow(entry, routed.result(), own, tries);
              }
            });
  }

  private void follow(Entry entry, CallStore.Route route, Session own, int tries) {
    switch (route) {
      case CallStore.Route.NoCall() -> refuse(entry, CallError.NO_SUCH_CALL);
      case CallStore.Route.Over(Call call) -> refuse(entry, whyNot(call, entry, own));
      case CallStore.Route.Full(Call call) -> refuse(entry, CallError.TOO_MANY);
      case CallStore.Route.Kept(Call call) -> {
        owner.link().set(call, List.of());
        finish(entry, () -> acknowledge(entry));
      }
      case CallStore.Route.Found(Call call, List<Session> sessions) ->
          retry(entry, call, sessions, tries);
    }
  }

  private static CallError whyNot(Call call, Entry entry, Session own) {
    @Nullable CallError error =
        CallMachine.mayRelay(call, own.userId(), own.deviceId(), entry.payload.to());
    return error == null ? CallError.WRONG_STATE : error;
  }

  private void retry(Entry entry, Call call, List<Session> sessions, int tries) {
    entry.kept |= isForWhoeverRegisters(call, entry.payload);
    send(entry, sessions)
        .onSuccess(
            receipt -> {
              if (receipt == Receipt.DELIVERED || sessions.size() > 1) {
                owner.link().set(call, sessions);
                finish(entry, () -> acknowledge(entry));
              } else {
                settle(entry, sessions.getFirst(), receipt);
                repair(entry, tries - 1);
              }
            });
  }

  private void refuse(Entry entry, CallError error) {
    finish(entry, () -> entry.reply.refuse(error));
  }

  private void finish(Entry entry, Runnable answer) {
    repairing = false;
    entries.remove(entry);
    answer.run();
    advance();
  }
}
