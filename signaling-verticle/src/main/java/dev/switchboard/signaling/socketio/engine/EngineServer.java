package dev.switchboard.signaling.socketio.engine;

import dev.switchboard.signaling.websocket.LoopFlusher;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The Engine.IO server of one edge: its sessions, all on the event loop on which it was created.
 *
 * <p>Unless a method says otherwise it is called on that loop.
 */
public final class EngineServer {
  private static final long CLOSE_STEP_MILLIS = 20;

  private final Vertx vertx;
  private final ContextInternal context;
  private final EventLoop loop;
  private final EngineOptions options;
  private final EdgeName name;
  private final EngineMetrics metrics;
  private final Function<EngineSocket, EngineListener> onOpen;
  private final LoopFlusher flusher;
  private final TimingWheel wheel;
  private final SessionIds ids;
  private final EngineRequests requests;
  private final Map<String, EngineSession> sessions = new HashMap<>();
  private boolean draining;

  /**
   * The server of the edge whose event loop is the current one, entered in the group of the
   * options.
   *
   * @param onOpen called for each new session; what it returns hears of everything in it
   */
  public EngineServer(
      Vertx vertx,
      EngineOptions options,
      EdgeName name,
      EngineMetrics metrics,
      Function<EngineSocket, EngineListener> onOpen) {
    this.vertx = vertx;
    this.options = options;
    this.name = name;
    this.metrics = metrics;
    this.onOpen = onOpen;
    context = (ContextInternal) vertx.getOrCreateContext();
    loop = context.nettyEventLoop();
    flusher = new LoopFlusher(loop);
    wheel = new TimingWheel(vertx, options.tickMillis());
    ids = new SessionIds(options.sidKey());
    requests = new EngineRequests(this);
    options.group().join(this);
  }

  /** The name it was created with. Any thread. */
  public EdgeName name() {
    return name;
  }

  public TimingWheel wheel() {
    return wheel;
  }

  /** Handles every request under the path: polls, preflights and WebSocket upgrades. */
  public void handle(HttpServerRequest request) {
    requests.handle(request);
  }

  /** Runs what takes long on a worker; the result comes back on the loop of this edge. */
  public <T extends @Nullable Object> Future<T> aside(Callable<T> work) {
    return context.executeBlocking(work, false);
  }

  /** Runs a task on the loop of this edge: at once if that is where we are. Any thread. */
  public void run(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      context.runOnContext(_ -> task.run());
    }
  }

  /** Answers a poll for a session of this edge. The future never fails. */
  public Future<PollResponse> poll(PollRequest request) {
    EngineSession session = sessions.get(request.sid());
    return session == null
        ? Future.succeededFuture(EngineError.UNKNOWN_SID.response())
        : session.poll(request);
  }

  /**
   * Answers a poll that another node forwards. A GET for which nothing comes in time is answered
   * {@link PollResponse#NOTHING_YET}, so that the other node never waits for one that has died.
   */
  public Future<PollResponse> poll(PollRequest request, long atMostMillis) {
    Future<PollResponse> answer = poll(request);
    if (!answer.isComplete()) {
      TimingWheel.Entry limit =
          new TimingWheel.Entry() {
            @Override
            protected void expired() {
              EngineSession session = sessions.get(request.sid());
              if (session != null) {
                session.letGo(request.pollId());
              }
            }
          };
      wheel.schedule(limit, atMostMillis);
      answer.onComplete(_ -> wheel.cancel(limit));
    }
    return answer;
  }

  /** The largest message that a session takes, in bytes; 0 if it is not here. */
  public int maxMessageBytes(String sid) {
    SessionView view = inspect(sid);
    return view == null ? 0 : view.maxMessageBytes();
  }

  /** The client of a poll has gone before the answer: its session ends. */
  public void abandoned(PollRequest request) {
    EngineSession session = sessions.get(request.sid());
    if (session != null) {
      session.abandoned(request.pollId());
    }
  }

  /**
   * Takes no more sessions and closes those there are, spread evenly over a time, so that the
   * clients do not all come back at once. Completes when the last has been told.
   *
   * @param webSocketCode as in RFC 6455 section 7.4; 1012 makes clients come back
   * @param last true for the sessions that are closed after all others
   */
  public Future<Void> close(Duration spread, int webSocketCode, Predicate<EngineListener> last) {
    draining = true;
    Map<Boolean, List<EngineSession>> parts =
        sessions.values().stream()
            .collect(Collectors.partitioningBy(session -> last.test(session.listener())));
    List<EngineSession> all = new ArrayList<>(parts.get(false));
    all.addAll(parts.get(true));
    long steps = Math.max(1, spread.toMillis() / CLOSE_STEP_MILLIS);
    int batch = (int) Math.max(1, (all.size() + steps - 1) / steps);
    Promise<Void> done = Promise.promise();
    closeNext(all.iterator(), batch, webSocketCode, done);
    return done.future().onComplete(_ -> wheelStopsLater());
  }

  /** Closes every session at once, as {@link #close} does, and goes on taking new ones. */
  public void closeAll(int webSocketCode) {
    List.copyOf(sessions.values())
        .forEach(session -> session.close(CloseCause.SERVER_CLOSE, webSocketCode));
  }

  private void closeNext(
      Iterator<EngineSession> rest, int batch, int webSocketCode, Promise<Void> done) {
    for (int i = 0; i < batch && rest.hasNext(); i++) {
      rest.next().close(CloseCause.SERVER_CLOSE, webSocketCode);
    }
    if (rest.hasNext()) {
      vertx.setTimer(CLOSE_STEP_MILLIS, _ -> closeNext(rest, batch, webSocketCode, done));
    } else {
      done.complete();
    }
  }

  private void wheelStopsLater() {
    // Polling clients may still fetch their close packet meanwhile.
    vertx.setTimer(
        options.pingTimeoutMillis() + 1000,
        _ -> {
          options.group().leave(this);
          wheel.stop();
        });
  }

  // ---- for the rest of the package

  EngineOptions options() {
    return options;
  }

  LoopFlusher flusher() {
    return flusher;
  }

  SessionIds ids() {
    return ids;
  }

  boolean isDraining() {
    return draining;
  }

  boolean isOn(EventLoop other) {
    return loop.equals(other);
  }

  /** What another edge must know of a session before it handles a request for it. */
  record SessionView(String transport, int maxMessageBytes) {}

  @Nullable SessionView inspect(String sid) {
    EngineSession session = sessions.get(sid);
    if (session != null && session.isOverdue()) {
      session.fail(CloseCause.PING_TIMEOUT);
      return null;
    }
    return session == null ? null : new SessionView(session.transport(), session.maxMessageBytes());
  }

  void attach(String sid, WebSocketTransport webSocket) {
    EngineSession session = sessions.get(sid);
    if (session == null) {
      webSocket.close(1000);
    } else {
      session.attach(webSocket);
    }
  }

  /** The client broke the rules of HTTP polling: its session ends. */
  public void violated(String sid) {
    EngineSession session = sessions.get(sid);
    if (session != null) {
      session.fail(CloseCause.TRANSPORT_ERROR);
    }
  }

  /** Opens a session over polling. Returns the packet that answers the handshake. */
  String openPolling(Map<String, String> query) {
    String sid = ids.next(name);
    boolean upgradable = options.transports().contains(WebSocketTransport.NAME);
    open(sid, query, new PollingTransport(flusher));
    return openPacket(sid, upgradable ? "[\"websocket\"]" : "[]");
  }

  void openWebSocket(Map<String, String> query, WebSocketTransport webSocket) {
    String sid = ids.next(name);
    webSocket.send(openPacket(sid, "[]"));
    webSocket.listener(open(sid, query, webSocket));
    webSocket.start();
  }

  private EngineSession open(String sid, Map<String, String> query, Transport transport) {
    metrics.opened(transport.name());
    EngineSession session = new EngineSession(this, sid, query, transport, onOpen);
    sessions.put(sid, session);
    return session;
  }

  private String openPacket(String sid, String upgrades) {
    return "0{\"sid\":\""
        + sid
        + "\",\"upgrades\":"
        + upgrades
        + ",\"pingInterval\":"
        + options.pingIntervalMillis()
        + ",\"pingTimeout\":"
        + options.pingTimeoutMillis()
        + ",\"maxPayload\":"
        + options.maxPayloadBytes()
        + "}";
  }

  void forget(EngineSession session) {
    sessions.remove(session.id());
  }

  void upgraded() {
    metrics.upgraded();
  }

  void closed(String transport, CloseCause cause) {
    metrics.closed(transport, cause);
  }
}
