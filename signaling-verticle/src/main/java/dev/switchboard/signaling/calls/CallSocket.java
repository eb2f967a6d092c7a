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
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
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
  private final EarlyEvents early;
  private final RegistrationRetry retry;
  private final Doubts doubts = new Doubts();
  private @Nullable Session session;
  private boolean left;
  private @Nullable CallLink link;
  private long iceRenewAt;
  private final Steps steps = new Steps();
  private final Steps registrations = new Steps();

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
    this.early = new EarlyEvents(edge.vertx());
    this.retry = new RegistrationRetry(edge.vertx(), this::inOrderOfRegistrations);
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
    left = false;
  }

  /** The session of a socket whose event only a registered one may send. */
  Session registered() {
    return Objects.requireNonNull(session, "not registered");
  }

  /** The registration that waits for the store, if there is one. */
  RegistrationRetry retry() {
    return retry;
  }

  /** What came before the registration is handled now. */
  void endEarly() {
    early.end();
  }

  /** What Redis may hold of this socket though it is not registered so. */
  Doubts doubts() {
    return doubts;
  }

  /** Its user has logged out, whether or not Redis knows already. */
  void left() {
    session = null;
    left = true;
    if (!socket.isConnected()) {
      onEnd.accept(this);
    }
  }

  /** True if its user has logged out and nobody has registered since. */
  boolean hasLeft() {
    return left;
  }

  /** Runs a step of a registration once all earlier ones are done. */
  Future<Void> inOrderOfRegistrations(Supplier<Future<Void>> step) {
    Promise<Void> done = Promise.promise();
    registrations.run(() -> step.get().onComplete(done).otherwiseEmpty());
    return done.future();
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
    if (Resumption.isAsked(note)) {
      inOrderOfRegistrations(() -> new Resumption(edge).resume(this));
      return;
    }
    CallLink news = CallLink.of(note);
    CallLink known = link;
    if (news == null) {
      return;
    }
    boolean takes =
        known == null
            || (known.call().callId().equals(news.call().callId())
                ? news.call().version() >= known.call().version()
                : displaces(news.call(), known.call()));
    if (takes) {
      link(news);
    }
  }

  /** A call that only rings here waits for the one that this device is in. */
  private boolean displaces(Call news, Call known) {
    Session own = session;
    boolean isIn = own != null && known.hasDevice(own.userId(), own.deviceId());
    return news.state() == CallState.ACCEPTED || (news.state() == CallState.RINGING && !isIn);
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
    retry.cancel();
    early.end();
    onEnd.accept(this);
  }

  /** Takes an event, or refuses it for its size. */
  @Override
  public void on(Event event) {
    Answer answer = new Answer(socket, event);
    EventTable.Action action = table.find(event.name());
    if (action == null) {
      if (event.wantsAck()) {
        answer.refuse(CallError.BAD_FIELD, "unknown event", new JsonObject());
      }
      return;
    }
    if (event.size() > edge.settings().signalMaxBytes()) {
      answer.refuse(
          CallError.BAD_FIELD,
          "payload must be at most " + edge.settings().signalMaxBytes() + " bytes",
          new JsonObject());
      return;
    }
    if (session != null) {
      ofRegistered(action, event, answer);
    } else if (action.ofRegistered()) {
      early(action, event, answer);
    } else if (event.name().equals(RegistrationEvents.REGISTER) && !early.areWaiting()) {
      inOrder(() -> handle(action, event, answer));
    } else {
      handle(action, event, answer);
    }
  }

  private void ofRegistered(EventTable.Action action, Event event, Answer answer) {
    if (action.ordered()) {
      long arrived = System.nanoTime();
      inOrder(() -> onceRegistered(action, event, answer, arrived));
    } else {
      handle(action, event, answer);
    }
  }

  /** Lets an event that came before the registration wait for it. */
  private void early(EventTable.Action action, Event event, Answer answer) {
    if (!mayRegister() || !early.add(event)) {
      answer.refuse(whyUnregistered());
      return;
    }
    long arrived = System.nanoTime();
    inOrder(
        () ->
            onceRegistered(action, event, answer, arrived)
                .onComplete(handled -> early.remove(event)));
  }

  private CallError whyUnregistered() {
    return retry.isPending() ? CallError.STORE_AWAY : CallError.NOT_AUTHORISED;
  }

  private boolean mayRegister() {
    return identity.caller() != null || edge.settings().trustGuests();
  }

  private Future<Void> onceRegistered(
      EventTable.Action action, Event event, Answer answer, long arrived) {
    if (session != null || !action.ofRegistered()) {
      return handle(action, event, answer);
    }
    return early
        .registration(arrived)
        .compose(
            over ->
                inOrderOfRegistrations(
                    () -> {
                      if (session != null) {
                        return handle(action, event, answer);
                      }
                      answer.refuse(whyUnregistered());
                      return Future.succeededFuture();
                    }));
  }

  private Future<Void> handle(EventTable.Action action, Event event, Answer answer) {
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
