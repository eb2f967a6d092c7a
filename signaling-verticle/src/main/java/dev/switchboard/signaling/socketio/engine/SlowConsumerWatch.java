package dev.switchboard.signaling.socketio.engine;

/** Looks after a session for which much waits, and ends it when nothing moves for too long. */
final class SlowConsumerWatch extends TimingWheel.Entry {
  private final EngineSession session;
  private final EngineServer server;
  private long stillSince;

  SlowConsumerWatch(EngineSession session, EngineServer server) {
    this.session = session;
    this.server = server;
  }

  void begin() {
    if (!isArmed()) {
      session.transportMoved();
      stillSince = server.wheel().now();
      again();
    }
  }

  private void again() {
    server.wheel().schedule(this, Math.max(1, server.options().slowConsumerMillis() / 10));
  }

  @Override
  protected void expired() {
    if (!session.isSlow()) {
      return;
    }
    long now = server.wheel().now();
    if (session.transportMoved()) {
      stillSince = now;
    } else if (now - stillSince >= server.options().slowConsumerMillis() * 1_000_000L) {
      session.fail(CloseCause.SLOW_CONSUMER);
      return;
    }
    again();
  }
}
