package dev.switchboard.signaling.socketio.engine;

/**
 * The pings of a session (Engine.IO protocol 4: the server sends them). As an entry of the timing
 * wheel it waits for the next ping to be due, or for the pong, or for the rest of an orderly close.
 */
final class Heartbeat extends TimingWheel.Entry {
  private final EngineSession session;
  private final EngineServer server;
  private boolean awaitingPong;
  private long deadlineNanos;

  /** The first ping is due after an interval. */
  Heartbeat(EngineSession session, EngineServer server) {
    this.session = session;
    this.server = server;
    pingLater();
  }

  private void pingLater() {
    deadlineNanos = server.wheel().scheduleBefore(this, server.options().pingIntervalMillis());
  }

  @Override
  protected void expired() {
    if (!session.isOpen()) {
      session.finish();
    } else if (awaitingPong) {
      session.fail(CloseCause.PING_TIMEOUT);
    } else {
      session.ping();
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
    return session.isOpen() && awaitingPong && server.wheel().now() >= deadlineNanos;
  }

  void pong() {
    if (awaitingPong) {
      awaitingPong = false;
      pingLater();
    }
  }

  /** No more pings: the session, which is closing, is forgotten after this time. */
  void endIn(long millis) {
    server.wheel().schedule(this, millis);
  }

  void stop() {
    server.wheel().cancel(this);
  }
}
