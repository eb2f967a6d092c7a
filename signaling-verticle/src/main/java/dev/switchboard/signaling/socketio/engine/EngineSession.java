package dev.switchboard.signaling.socketio.engine;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session, from its handshake to its end, whatever carries it. */
final class EngineSession implements EngineSocket, Transport.Listener {
  private enum State {
    OPEN,
    /** Closed by us; what waits is still to be fetched by a poll. */
    CLOSING,
    /** Closed by a POST of the client; a poll that crosses it gets its last answer. */
    LEAVING,
    CLOSED
  }

  private static final Logger log = LoggerFactory.getLogger(EngineSession.class);
  private static final int PROTOCOL_ERROR = 1002;
  private static final int INTERNAL_ERROR = 1011;
  private static final int NORMAL = 1000;

  /** After which Java's official client comes back at once: others it sleeps through. */
  private static final int TRY_AGAIN_LATER = 1013;

  private static final long LEAVING_MILLIS = 10;
  private static final long NEVER = Long.MIN_VALUE;
  private static final int LARGE_BYTES = 128 * 1024;
  private static final int SLOW_PART = 8;

  private final EngineServer server;
  private final String id;
  private final Map<String, String> query;
  private final EngineListener listener;
  private Transport transport;
  private State state = State.OPEN;
  private final Heartbeat heartbeat;
  private int maxMessageBytes;
  private long slowConsumerBytes;
  private int pauses;
  private long pongNanos = NEVER;
  private int pings;
  private int pongs;
  private @Nullable Upgrade upgrade;
  private @Nullable SlowConsumerWatch slowWatch;
  private @Nullable Probes probes;
  private @Nullable SessionPolls polls;

  EngineSession(
      EngineServer server,
      String id,
      Map<String, String> query,
      Transport transport,
      Function<EngineSocket, EngineListener> onOpen) {
    this.server = server;
    this.id = id;
    this.query = query;
    this.transport = transport;
    maxMessageBytes = server.options().maxPayloadBytes();
    slowConsumerBytes = server.options().slowConsumerBytes();
    heartbeat = new Heartbeat(this, server);
    listener = onOpen.apply(this);
  }

  /** Whoever knows it can take the session over: never log or show it. */
  String id() {
    return id;
  }

  @Override
  public Map<String, String> query() {
    return query;
  }

  /** {@code polling} or {@code websocket}. */
  String transport() {
    return transport.name();
  }

  @Override
  public boolean isOpen() {
    return state == State.OPEN;
  }

  EngineListener listener() {
    return listener;
  }

  int maxMessageBytes() {
    return maxMessageBytes;
  }

  // ---- what we send

  @Override
  public void sendPacket(String packet) {
    if (state == State.OPEN) {
      transport.send(packet);
      checkWaiting();
    }
  }

  @Override
  public void sendBinary(Buffer message) {
    if (state == State.OPEN) {
      transport.send(message);
      checkWaiting();
    }
  }

  @Override
  public void send(EngineText message) {
    if (state == State.OPEN) {
      transport.send(message);
      checkWaiting();
    }
  }

  private void checkWaiting() {
    if (transport.bytesWaiting() > slowConsumerBytes) {
      if (slowWatch == null) {
        slowWatch = new SlowConsumerWatch(this, server);
      }
      slowWatch.begin();
    }
  }

  Transport carrier() {
    return transport;
  }

  /** How much may wait for a client of which nothing is read. */
  long slowConsumerBytes() {
    return slowConsumerBytes;
  }

  @Override
  public long bytesWaiting() {
    return transport.bytesWaiting();
  }

  @Override
  public boolean isSlow() {
    return transport.bytesWaiting() > slowConsumerBytes / SLOW_PART;
  }

  @Override
  public void limits(int newMaxMessageBytes, long newSlowConsumerBytes) {
    maxMessageBytes = newMaxMessageBytes;
    slowConsumerBytes = newSlowConsumerBytes;
    transport.maxMessageBytes(newMaxMessageBytes);
  }

  @Override
  public void pause() {
    if (++pauses == 1) {
      transport.reading(false);
    }
  }

  @Override
  public void resume() {
    if (--pauses == 0) {
      transport.reading(true);
    }
  }

  // ---- heartbeat

  @Override
  public void ping() {
    if (state == State.OPEN) {
      pings++;
      transport.send("2");
    }
  }

  @Override
  public long pings() {
    return pings;
  }

  @Override
  public long pongs() {
    return pongs;
  }

  @Override
  public Future<Boolean> probe(long timeoutMillis) {
    if (state != State.OPEN) {
      return Future.succeededFuture(false);
    }
    if (probes == null) {
      probes = new Probes(server.wheel());
    }
    ping();
    return probes.begin(timeoutMillis);
  }

  @Override
  public long sincePong() {
    return pongNanos == NEVER ? -1 : (System.nanoTime() - pongNanos) / 1_000_000;
  }

  private void answerProbes(boolean alive) {
    if (probes != null) {
      probes.answer(alive);
    }
  }

  // ---- what the client sends

  @Override
  public void packet(String packet) {
    if (state != State.OPEN) {
      return;
    }
    switch (packet.isEmpty() ? '?' : packet.charAt(0)) {
      case '4' -> deliver(packet.substring(1));
      case '3' -> {
        pongNanos = System.nanoTime();
        pongs = Math.min(pongs + 1, pings);
        heartbeat.pong();
        answerProbes(true);
      }
      case '1' -> fail(CloseCause.TRANSPORT_CLOSE);
      // In protocol 4 the server pings.
      case '2' -> fail(CloseCause.TRANSPORT_ERROR);
      case '5', '6' -> {}
      default -> fail(CloseCause.PARSE_ERROR);
    }
  }

  private void deliver(String message) {
    try {
      listener.text(message);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  @Override
  public void binary(Buffer message) {
    if (state != State.OPEN) {
      return;
    }
    try {
      listener.binary(message);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void failed(RuntimeException e) {
    log.error("A message handler failed; the session is closed", e);
    close(CloseCause.SERVER_CLOSE, INTERNAL_ERROR);
  }

  /** Decodes a body: a large one on a worker, since that takes milliseconds. */
  Future<@Nullable List<Object>> decode(Buffer body) {
    return body.length() > LARGE_BYTES
        ? server.aside(() -> PayloadCodec.decode(body))
        : Future.succeededFuture(PayloadCodec.decode(body));
  }

  Future<PollResponse> poll(PollRequest request) {
    if (heartbeat.isOverdue()) {
      fail(CloseCause.PING_TIMEOUT);
      return Future.succeededFuture(EngineError.UNKNOWN_SID.response());
    }
    if (!(transport instanceof PollingTransport polling)) {
      return Future.succeededFuture(EngineError.BAD_REQUEST.response());
    }
    if (polls == null) {
      polls = new SessionPolls(this, polling);
    }
    return polls.take(request);
  }

  /** True if the pong is overdue though the wheel has not come round to it. */
  boolean isOverdue() {
    return heartbeat.isOverdue();
  }

  boolean isLeaving() {
    return state == State.LEAVING;
  }

  /** The client has closed by POST; its last poll is waited for a moment. */
  void leave() {
    state = State.LEAVING;
    heartbeat.endIn(LEAVING_MILLIS);
    ended(CloseCause.TRANSPORT_CLOSE, State.LEAVING);
  }

  /** The connection of a poll has gone; an answer that is on its way is lost with it. */
  void abandoned(String pollId) {
    if (transport instanceof PollingTransport polling && polling.isLatest(pollId)) {
      fail(CloseCause.TRANSPORT_CLOSE);
    }
  }

  /** Whoever forwarded a GET will ask again. */
  void letGo(String pollId) {
    if (transport instanceof PollingTransport polling && polling.hasPoll(pollId)) {
      polling.answer(PollResponse.NOTHING_YET);
    }
  }

  // ---- upgrade

  /**
   * A WebSocket came for this session. Only one upgrade is tried at a time, and only from polling.
   */
  void attach(WebSocketTransport webSocket) {
    if (state == State.OPEN && upgrade == null && transport instanceof PollingTransport polling) {
      upgrade = new Upgrade(this, polling, webSocket, server);
    } else {
      webSocket.close(NORMAL);
    }
  }

  /** A poll waits; an upgrade that is under way will release it. */
  void pollWaits() {
    if (upgrade != null) {
      upgrade.pollWaits();
    }
  }

  void upgradeFailed() {
    upgrade = null;
  }

  /** From now on the WebSocket carries the session; what waited follows. */
  void carriedBy(WebSocketTransport webSocket) {
    upgrade = null;
    polls = null;
    transport = webSocket;
    webSocket.maxMessageBytes(maxMessageBytes);
    webSocket.listener(this);
    if (pauses > 0) {
      webSocket.reading(false);
    }
    server.upgraded();
  }

  // ---- the end

  @Override
  public void ended(CloseCause cause) {
    fail(cause);
  }

  /** Ends the session without waiting for anything. */
  void fail(CloseCause cause) {
    if (state == State.CLOSED) {
      return;
    }
    boolean wasOpen = state == State.OPEN;
    state = State.CLOSED;
    switch (cause) {
      case SLOW_CONSUMER -> transport.abort();
      case PARSE_ERROR, TRANSPORT_ERROR -> closeNow(PROTOCOL_ERROR);
      case PING_TIMEOUT -> closeNow(TRY_AGAIN_LATER);
      default -> closeNow(NORMAL);
    }
    finish();
    if (wasOpen) {
      ended(cause, State.CLOSED);
    }
  }

  private void closeNow(int webSocketCode) {
    if (transport instanceof PollingTransport polling) {
      // Only who broke the rules is told not to come back.
      polling.abort(webSocketCode == PROTOCOL_ERROR ? PollResponse.CLOSE : PollResponse.UNKNOWN);
    } else {
      transport.close(webSocketCode);
    }
  }

  @Override
  public void close(CloseCause cause, int webSocketCode) {
    if (state != State.OPEN) {
      return;
    }
    if (cause == CloseCause.SLOW_CONSUMER) {
      fail(cause);
      return;
    }
    transport.close(webSocketCode);
    if (transport instanceof PollingTransport polling && !polling.isDrained()) {
      state = State.CLOSING;
      heartbeat.endIn(server.options().pingTimeoutMillis());
    } else {
      state = State.CLOSED;
      finish();
    }
    ended(cause, state);
  }

  private void ended(CloseCause cause, State newState) {
    state = newState;
    if (upgrade != null) {
      upgrade.cancel();
      upgrade = null;
    }
    answerProbes(false);
    if (slowWatch != null) {
      server.wheel().cancel(slowWatch);
    }
    server.closed(transport.name(), cause);
    try {
      listener.closed(cause);
    } catch (RuntimeException e) {
      log.error("A close handler failed", e);
    }
  }

  void finish() {
    state = State.CLOSED;
    heartbeat.stop();
    server.forget(this);
    if (polls != null) {
      polls.ended();
    }
    if (transport instanceof PollingTransport polling) {
      polling.answer(PollResponse.UNKNOWN);
    }
  }
}
