package dev.switchboard.signaling.socketio.engine;

import io.vertx.core.buffer.Buffer;

/**
 * A WebSocket that wants to take over from polling (Engine.IO protocol 4, "upgrade"): it probes,
 * the waiting poll is released, and the client's upgrade packet makes the switch. As an entry of
 * the timing wheel it waits for that packet.
 */
final class Upgrade extends TimingWheel.Entry implements Transport.Listener {
  private static final int NORMAL = 1000;

  private final EngineSession session;
  private final PollingTransport polling;
  private final WebSocketTransport webSocket;
  private final EngineServer server;
  private final Release release = new Release();
  private boolean probed;

  Upgrade(
      EngineSession session,
      PollingTransport polling,
      WebSocketTransport webSocket,
      EngineServer server) {
    this.session = session;
    this.polling = polling;
    this.webSocket = webSocket;
    this.server = server;
    webSocket.listener(this);
    server.wheel().schedule(this, server.options().upgradeTimeoutMillis());
  }

  @Override
  public void packet(String packet) {
    if (packet.equals("2probe")) {
      probed = true;
      webSocket.send("3probe");
      release.expired();
    } else if (packet.equals("5")) {
      stop();
      session.carriedBy(webSocket);
      moveWhatWaits();
    } else {
      abort();
    }
  }

  private void moveWhatWaits() {
    // A client that obeys the protocol has no poll left here.
    polling.answer(EngineError.BAD_REQUEST.response());
    for (Object packet : polling.takeQueue()) {
      if (packet instanceof Buffer message) {
        webSocket.send(message);
      } else {
        webSocket.send((String) packet);
      }
    }
  }

  @Override
  public void binary(Buffer message) {
    abort();
  }

  @Override
  public void ended(CloseCause cause) {
    stop();
    session.upgradeFailed();
  }

  /**
   * A poll came during the upgrade. It is released within a tick, not at once, so that a client
   * that keeps polling does not spin.
   */
  void pollWaits() {
    if (probed && !release.isArmed()) {
      server.wheel().schedule(release, 1);
    }
  }

  void cancel() {
    stop();
    webSocket.close(NORMAL);
  }

  @Override
  protected void expired() {
    abort();
  }

  private void abort() {
    cancel();
    session.upgradeFailed();
  }

  private void stop() {
    server.wheel().cancel(this);
    server.wheel().cancel(release);
  }

  private final class Release extends TimingWheel.Entry {
    @Override
    protected void expired() {
      polling.flush();
      polling.answer(PollResponse.NOOP);
    }
  }
}
