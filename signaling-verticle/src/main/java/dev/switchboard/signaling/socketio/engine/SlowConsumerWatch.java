package dev.switchboard.signaling.socketio.engine;

/**
 * Looks after a session for which much waits, and ends it when nothing moves for too long, or when
 * so much waits that memory is at stake.
 */
final class SlowConsumerWatch extends TimingWheel.Entry {
  /** So many times the bound may wait even for a client that reads. */
  private static final int HARD_BOUND = 4;

  private final EngineSession session;
  private final EngineServer server;
  private long stillSince;

  SlowConsumerWatch(EngineSession session, EngineServer server) {
    this.session = session;
    this.server = server;
  }

  /** More waits than should. */
  void begin() {
    Transport transport = session.carrier();
    long most = HARD_BOUND * session.slowConsumerBytes();
    if (transport.bytesWaiting() > most) {
      transport.flush();
      if (transport.bytesWaiting() > most) {
        session.fail(CloseCause.SLOW_CONSUMER);
        return;
      }
    }
    if (!isArmed()) {
      transport.moved();
      stillSince = server.wheel().now();
      again();
    }
  }

  private void again() {
    server.wheel().schedule(this, Math.max(1, server.options().slowConsumerMillis() / 10));
  }

  @Override
  protected void expired() {
    Transport transport = session.carrier();
    if (!session.isOpen() || transport.bytesWaiting() <= session.slowConsumerBytes()) {
      return;
    }
    long now = server.wheel().now();
    if (transport.moved()) {
      stillSince = now;
    } else if (now - stillSince >= server.options().slowConsumerMillis() * 1_000_000L) {
      session.fail(CloseCause.SLOW_CONSUMER);
      return;
    }
    again();
  }
}
