package dev.switchboard.signaling.calls;

import dev.switchboard.shared.auth.Caller;
import dev.switchboard.signaling.edge.ClientSocket;
import dev.switchboard.signaling.edge.Identity;
import dev.switchboard.signaling.edge.SocketPart;
import dev.switchboard.signaling.edge.Steps;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.socketio.Event;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one socket is to the calls: whose it is, which call it is in. Its events take effect in the
 * order sent: while one waits for a store, later ones wait for it. Belongs to the loop of its edge.
 */
final class CallSocket implements SocketPart {
  private final CallEdge edge;
  private final SocketIoSocket socket;
  private final ClientSocket client;
  private final Identity identity;
  private final EventTable table;
  private final Consumer<CallSocket> onEnd;
  private final RelayLane lane;
  private @Nullable Session session;
  private @Nullable CallLink link;
  private long iceRenewAt;
  private final Steps steps = new Steps();

  CallSocket(
      CallEdge edge,
      SocketIoSocket socket,
      Identity identity,
      EventTable table,
      Consumer<CallSocket> onEnd) {
    this.edge = edge;
    this.socket = socket;
    this.identity = identity;
    this.table = table;
    this.onEnd = onEnd;
    this.client = new ClientSocket(socket, this::noted);
    this.lane = new RelayLane(edge, this);
  }

  SocketIoSocket socket() {
    return socket;
  }

  ClientSocket client() {
    return client;
  }

  /** Who the token speaks for; null for a guest. */
  @Nullable Caller caller() {
    return identity.caller();
  }

  void caller(Caller renewed) {
    identity.renew(renewed);
  }

  /** Null until it has registered. */
  @Nullable Session session() {
    return session;
  }

  void session(@Nullable Session registered) {
    session = registered;
  }

  /** Null while it is in no call. */
  @Nullable CallLink link() {
    return link;
  }

  RelayLane lane() {
    return lane;
  }

  /** Enters a call, hears news of it, or leaves it (null, or a call that is over). */
  void link(@Nullable CallLink news) {
    count(link, -1);
    if (news == null || !news.call().state().isLive() || isElsewhere(news.call())) {
      link = null;
    } else {
      link = news;
    }
    count(link, 1);
  }

  private boolean isElsewhere(Call call) {
    Session own = session;
    if (own == null) {
      return true;
    }
    String inCall = call.deviceOf(own.userId());
    return inCall != null && !inCall.equals(own.deviceId());
  }

  private void count(@Nullable CallLink counted, int change) {
    Session own = session;
    if (counted != null && own != null && counted.call().callerId().equals(own.userId())) {
      edge.metrics().caller(counted.call().state(), change);
    }
  }

  private void noted(JsonObject note) {
    CallLink news = CallLink.of(note);
    CallLink known = link;
    if (news == null) {
      return;
    }
    boolean other = known != null && !known.call().callId().equals(news.call().callId());
    if (other && !news.call().state().isLive()) {
      return;
    }
    if (known == null || other || news.call().version() >= known.call().version()) {
      link(news);
    }
  }

  /** When the ICE servers of the call must be renewed, milliseconds since the epoch. */
  long iceRenewAt() {
    return iceRenewAt;
  }

  void iceRenewAt(long at) {
    iceRenewAt = at;
  }

  @Override
  public boolean takes(String event) {
    return table.find(event) != null;
  }

  @Override
  public void limited(Event event, long retryAfterMillis) {
    new Answer(socket, event)
        .refuse(new Outcome.Refused(CallError.TOO_MANY, null, retryAfterMillis));
  }

  @Override
  public void ended() {
    onEnd.accept(this);
  }

  /** Takes an event, or refuses it for its size. */
  @Override
  public void on(Event event) {
    Answer answer = new Answer(socket, event);
    EventTable.Action action = table.find(event.name());
    if (action == null) {
      return;
    }
    if (event.size() > edge.settings().signalMaxBytes()) {
      answer.refuse(
          CallError.BAD_FIELD,
          "payload must be at most " + edge.settings().signalMaxBytes() + " bytes",
          new JsonObject());
      return;
    }
    if (action.ordered()) {
      inOrder(() -> run(action, event, answer));
    } else {
      run(action, event, answer);
    }
  }

  private Future<Void> run(EventTable.Action action, Event event, Answer answer) {
    try {
      return action
          .handler()
          .handle(this, event, answer)
          .recover(
              failure -> {
                answer.fail(failure);
                return Future.succeededFuture();
              });
    } catch (RuntimeException failure) {
      answer.fail(failure);
      return Future.succeededFuture();
    }
  }

  /** Runs a step once all earlier ones are done. */
  void inOrder(Supplier<Future<Void>> step) {
    steps.run(step);
  }
}
