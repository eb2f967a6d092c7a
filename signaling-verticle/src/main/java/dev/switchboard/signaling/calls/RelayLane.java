package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.Receipt;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The signaling that one socket sends, in order. As long as the peer is where the link says it goes
 * straight to its edge; when that fails, everything behind waits until Redis has said where the
 * peer is now or has kept what it must get when it comes back. Belongs to the loop of its edge.
 */
final class RelayLane {
  private static final int MAX_LOOKUPS = 4;
  private static final int MAX_WAITING = 1_024;

  private final CallEdge edge;
  private final CallSocket owner;
  private final Deque<Entry> entries = new ArrayDeque<>(2);
  private boolean repairing;

  RelayLane(CallEdge edge, CallSocket owner) {
    this.edge = edge;
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
    final Answer answer;
    State state = State.WAITING;
    CallStore.Stale stale = CallStore.Stale.NONE;

    /** Where it is on its way to. */
    List<Session> targets = List.of();

    /** True once Redis keeps it for whoever registers while it rings. */
    boolean kept;

    Entry(RelayPayload payload, String frame, Answer answer) {
      this.payload = payload;
      this.frame = frame;
      this.answer = answer;
    }
  }

  /** The handler of one kind of signaling; {@code bodyName} is {@code sdp} or {@code candidate}. */
  Future<Void> submit(Event event, Answer answer, String bodyName) {
    Session own = owner.registered();
    if (event.arguments().hasBinary()) {
      answer.refuse(CallError.BAD_FIELD, bodyName + " must not be binary", new JsonObject());
      return Future.succeededFuture();
    }
    String text = event.arguments().size() == 0 ? "null" : event.arguments().raw(0);
    RelayPayload payload = RelayPayload.read(text, bodyName);
    CallLink link = owner.link();
    if (link != null && link.call().callId().equals(payload.callId())) {
      CallError error =
          CallMachine.mayRelay(link.call(), own.userId(), own.deviceId(), payload.to());
      if (error != null) {
        answer.refuse(error);
        return Future.succeededFuture();
      }
    }
    if (entries.size() >= MAX_WAITING) {
      answer.refuse(CallError.TOO_MANY);
      return Future.succeededFuture();
    }
    String frame = payload.frame(event.name(), bodyName, own.userId(), edge.clock().millis());
    Entry entry = new Entry(payload, frame, answer);
    boolean free = !repairing && entries.stream().noneMatch(this::holdsUp);
    entries.add(entry);
    if (free) {
      send(entry);
    }
    advance();
    return Future.succeededFuture();
  }

  /**
   * True for what a later entry must not overtake. What is on its way to another socket than the
   * peer has now may yet fail, and comes after it then.
   */
  private boolean holdsUp(Entry entry) {
    return switch (entry.state) {
      case FAILED, WAITING -> true;
      case SENT -> owner.link() == null || !owner.link().peers().equals(entry.targets);
      case DONE -> false;
    };
  }

  private void send(Entry entry) {
    CallLink link = owner.link();
    if (link == null
        || link.peers().isEmpty()
        || isForWhoeverRegisters(link.call(), entry.payload)
        || !link.call().callId().equals(entry.payload.callId())) {
      entry.state = State.FAILED;
      return;
    }
    entry.state = State.SENT;
    entry.targets = link.peers();
    deliver(entry, entry.targets);
  }

  /** While it rings Redis keeps it, too, for devices of the callee that are not there yet. */
  private static boolean isForWhoeverRegisters(Call call, RelayPayload payload) {
    return call.state() == CallState.RINGING && payload.to().equals(call.calleeId());
  }

  private void deliver(Entry entry, List<Session> targets) {
    if (targets.size() == 1) {
      Session target = targets.getFirst();
      Future<Receipt> sent = send(entry, target);
      if (sent.isComplete()) {
        settle(entry, target, sent.result());
      } else {
        sent.onSuccess(
            receipt -> {
              settle(entry, target, receipt);
              advance();
            });
      }
      return;
    }
    List<Future<Receipt>> receipts = new ArrayList<>(targets.size());
    targets.forEach(target -> receipts.add(send(entry, target)));
    Future.join(receipts)
        .onSuccess(
            all -> {
              int reached = 0;
              for (Future<Receipt> receipt : receipts) {
                reached += receipt.result() == Receipt.DELIVERED ? 1 : 0;
              }
              settle(
                  entry,
                  targets.getFirst(),
                  reached > 0 ? Receipt.DELIVERED : receipts.getFirst().result());
              advance();
            });
  }

  private Future<Receipt> send(Entry entry, Session target) {
    edge.metrics().relayed(entry.answer.event().name(), edge.router().isHere(target.edge()));
    return edge.router()
        .send(target.edge(), EdgeMessage.write(target.socketId(), entry.frame, null));
  }

  private static void settle(Entry entry, Session target, Receipt receipt) {
    if (receipt == Receipt.DELIVERED) {
      entry.state = State.DONE;
    } else {
      entry.state = State.FAILED;
      entry.stale =
          new CallStore.Stale(target.socketId(), receipt == Receipt.NO_SESSION, entry.kept);
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
    if (entry.answer.event().wantsAck()) {
      JsonObject success = Answer.success();
      if (!entry.answer.event().name().equals("ice_candidate")) {
        success.put("message", "Sent");
      }
      entry.answer.succeed(success);
    }
  }

  private void repair(Entry entry, int tries) {
    repairing = true;
    Session own = owner.session();
    if (own == null || tries == 0) {
      refuse(entry, own == null ? CallError.NOT_AUTHORISED : CallError.WRONG_STATE);
      return;
    }
    CallStore.Party from = new CallStore.Party(own.userId(), own.deviceId());
    edge.calls()
        .route(entry.payload.callId(), from, entry.payload.to(), entry.frame, entry.stale)
        .onComplete(
            routed -> {
              if (routed.failed()) {
                finish(entry, () -> entry.answer.fail(routed.cause()));
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
        owner.link(new CallLink(call, List.of()));
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
    List<Future<Receipt>> receipts = new ArrayList<>(sessions.size());
    sessions.forEach(session -> receipts.add(send(entry, session)));
    Future.join(receipts)
        .onSuccess(
            all -> {
              int failed = -1;
              for (int i = 0; i < receipts.size(); i++) {
                if (receipts.get(i).result() != Receipt.DELIVERED) {
                  failed = i;
                }
              }
              if (failed < 0 || sessions.size() > 1) {
                owner.link(new CallLink(call, sessions));
                finish(entry, () -> acknowledge(entry));
              } else {
                settle(entry, sessions.get(failed), receipts.get(failed).result());
                repair(entry, tries - 1);
              }
            });
  }

  private void refuse(Entry entry, CallError error) {
    finish(entry, () -> entry.answer.refuse(error));
  }

  private void finish(Entry entry, Runnable answer) {
    repairing = false;
    entries.remove(entry);
    answer.run();
    advance();
  }
}
