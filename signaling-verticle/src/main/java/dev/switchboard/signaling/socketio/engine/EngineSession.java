package dev.switchboard.signaling.socketio.engine;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session, from its handshake to its end, whatever carries it. As an entry of the timing wheel it
 * waits for the next ping to be due, or for the pong, or for the rest of an orderly close.
 */
final class EngineSession extends TimingWheel.Entry implements EngineSocket, Transport.Listener {
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
  private static final long LEAVING_MILLIS = 10;
  private static final int HARD_BOUND = 4;

  /** From this size on it takes milliseconds to decode a body. */
  private static final int LARGE_BYTES = 128 * 1024;

  private final EngineServer server;
  private final String id;
  private final Opening opening;
  private final EngineListener listener;
  private Transport transport;
  private State state = State.OPEN;
  private boolean awaitingPong;
  private long deadlineNanos;
  private int maxMessageBytes;
  private long slowConsumerBytes;
  private int pauses;
  private @Nullable Upgrade upgrade;
  private @Nullable SlowConsumerWatch slowWatch;
  private @Nullable List<Probe> probes;
  private @Nullable Promise<PollResponse> leavingAnswer;

  EngineSession(
      EngineServer server,
      String id,
      Opening opening,
      Transport transport,
      Function<EngineSocket, EngineListener> onOpen) {
    this.server = server;
    this.id = id;
    this.opening = opening;
    this.transport = transport;
    maxMessageBytes = server.options().maxPayloadBytes();
    slowConsumerBytes = server.options().slowConsumerBytes();
    deadlineNanos = server.wheel().scheduleBefore(this, server.options().pingIntervalMillis());
    listener = onOpen.apply(this);
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Opening opening() {
    return opening;
  }

  @Override
  public String transport() {
    return transport.name();
  }

  @Override
  public boolean isOpen() {
    return state == State.OPEN;
  }

  int maxMessageBytes() {
    return maxMessageBytes;
  }

  // ---- what we send

  @Override
  public void sendText(String message) {
    sendPacket("4" + message);
  }

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
    long waiting = transport.bytesWaiting();
    if (waiting <= slowConsumerBytes) {
      return;
    }
    if (waiting > HARD_BOUND * slowConsumerBytes) {
      transport.flush();
      if (transport.bytesWaiting() > HARD_BOUND * slowConsumerBytes) {
        fail(CloseCause.SLOW_CONSUMER);
        return;
      }
    }
    if (slowWatch == null) {
      slowWatch = new SlowConsumerWatch(this, server);
    }
    slowWatch.begin();
  }

  /** True while more waits than should. */
  boolean isSlow() {
    return state == State.OPEN && transport.bytesWaiting() > slowConsumerBytes;
  }

  boolean transportMoved() {
    return transport.moved();
  }

  @Override
  public long bytesWaiting() {
    return transport.bytesWaiting();
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
  protected void expired() {
    if (state != State.OPEN) {
      finish();
    } else if (awaitingPong) {
      fail(CloseCause.PING_TIMEOUT);
    } else {
      transport.send("2");
      awaitingPong = true;
      // From when the ping was due, so that lateness does not add up, unless we were really late.
      long now = server.wheel().now();
      boolean late = now - deadlineNanos > 2_000_000L * server.options().tickMillis();
      deadlineNanos =
          (late ? now : deadlineNanos) + server.options().pingTimeoutMillis() * 1_000_000L;
      server.wheel().scheduleAt(this, deadlineNanos);
    }
  }

  /** True if the pong is overdue though the wheel has not come round to it. */
  boolean isOverdue() {
    return state == State.OPEN && awaitingPong && server.wheel().now() >= deadlineNanos;
  }

  private void pong() {
    if (awaitingPong) {
      awaitingPong = false;
      deadlineNanos = server.wheel().scheduleBefore(this, server.options().pingIntervalMillis());
    }
    completeProbes(true);
  }

  @Override
  public Future<Boolean> probe(long timeoutMillis) {
    if (state != State.OPEN) {
      return Future.succeededFuture(false);
    }
    Probe probe = new Probe();
    if (probes == null) {
      probes = new ArrayList<>(1);
    }
    probes.add(probe);
    server.wheel().schedule(probe, timeoutMillis);
    transport.send("2");
    return probe.answer.future();
  }

  private void completeProbes(boolean alive) {
    List<Probe> waiting = probes;
    if (waiting != null) {
      probes = null;
      for (Probe probe : waiting) {
        server.wheel().cancel(probe);
        probe.answer.complete(alive);
      }
    }
  }

  private final class Probe extends TimingWheel.Entry {
    private final Promise<Boolean> answer = Promise.promise();

    @Override
    protected void expired() {
      if (probes != null) {
        probes.remove(this);
      }
      answer.complete(false);
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
      case '3' -> pong();
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

  /** A GET or POST of the client. */
  Future<PollResponse> poll(PollRequest request) {
    if (isOverdue()) {
      fail(CloseCause.PING_TIMEOUT);
      return Future.succeededFuture(EngineError.UNKNOWN_SID.response());
    }
    if (transport instanceof PollingTransport polling) {
      if (request.method().equals("GET")) {
        return get(polling, request.pollId());
      } else if (request.method().equals("POST")) {
        return post(polling, request.body());
      }
    }
    return Future.succeededFuture(EngineError.BAD_REQUEST.response());
  }

  private Future<PollResponse> get(PollingTransport polling, String pollId) {
    if (state == State.LEAVING) {
      finish();
      return Future.succeededFuture(PollResponse.NOOP);
    }
    if (polling.hasPoll()) {
      fail(CloseCause.TRANSPORT_ERROR);
      return Future.succeededFuture(EngineError.BAD_REQUEST.response());
    }
    Future<PollResponse> answer = polling.poll(pollId);
    if (polling.isDrained()) {
      finish();
    } else if (upgrade != null && polling.hasPoll()) {
      upgrade.pollWaits();
    }
    return answer;
  }

  private Future<PollResponse> post(PollingTransport polling, Buffer body) {
    return body.length() > LARGE_BYTES
        ? server.aside(() -> PayloadCodec.decode(body)).compose(read -> posted(polling, read))
        : posted(polling, PayloadCodec.decode(body));
  }

  private Future<PollResponse> posted(PollingTransport polling, @Nullable List<Object> packets) {
    if (packets == null) {
      fail(CloseCause.PARSE_ERROR);
      return Future.succeededFuture(EngineError.BAD_REQUEST.response());
    }
    for (Object packet : packets) {
      if (state != State.OPEN) {
        break;
      }
      if (packet instanceof Buffer message) {
        binary(message);
      } else if (packet.equals("1")) {
        return leave(polling);
      } else if (!received((String) packet)) {
        return Future.succeededFuture(EngineError.BAD_REQUEST.response());
      }
    }
    return Future.succeededFuture(PollResponse.OK);
  }

  /** Handles a packet; false if it was one that the protocol does not allow. */
  private boolean received(String packet) {
    boolean message = !packet.isEmpty() && packet.charAt(0) == '4';
    packet(packet);
    return message || state == State.OPEN;
  }

  /**
   * The client closes by POST. Its last poll may have been sent before and still be on its way over
   * another connection: it is waited for a moment, so that it too gets a proper answer, and only
   * then is the POST answered.
   */
  private Future<PollResponse> leave(PollingTransport polling) {
    if (polling.hasPoll()) {
      polling.answer(PollResponse.NOOP);
      fail(CloseCause.TRANSPORT_CLOSE);
      return Future.succeededFuture(PollResponse.OK);
    }
    Promise<PollResponse> answer = Promise.promise();
    leavingAnswer = answer;
    state = State.LEAVING;
    server.wheel().schedule(this, LEAVING_MILLIS);
    ended(CloseCause.TRANSPORT_CLOSE, State.LEAVING);
    return answer.future();
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

  void upgradeFailed() {
    upgrade = null;
  }

  void upgraded(PollingTransport polling, WebSocketTransport webSocket) {
    upgrade = null;
    transport = webSocket;
    webSocket.maxMessageBytes(maxMessageBytes);
    webSocket.listener(this);
    if (pauses > 0) {
      webSocket.reading(false);
    }
    // A client that obeys the protocol has no poll left here.
    polling.answer(EngineError.BAD_REQUEST.response());
    for (Object packet : polling.takeQueue()) {
      if (packet instanceof Buffer message) {
        webSocket.send(message);
      } else {
        webSocket.send((String) packet);
      }
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
      default -> closeNow(NORMAL);
    }
    finish();
    if (wasOpen) {
      ended(cause, State.CLOSED);
    }
  }

  private void closeNow(int webSocketCode) {
    if (transport instanceof PollingTransport polling) {
      polling.abort();
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
      server.wheel().schedule(this, server.options().pingTimeoutMillis());
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
    completeProbes(false);
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

  /** Forgets the session. */
  private void finish() {
    state = State.CLOSED;
    server.wheel().cancel(this);
    server.forget(this);
    if (leavingAnswer != null) {
      leavingAnswer.tryComplete(PollResponse.OK);
      leavingAnswer = null;
    }
    if (transport instanceof PollingTransport polling) {
      polling.answer(PollResponse.CLOSE);
    }
  }
}
