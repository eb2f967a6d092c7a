package dev.switchboard.signaling.socketio.engine;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/**
 * Who waits for the next pong of a session. Any pong answers all: it shows that the client lives.
 */
final class Probes {
  private final TimingWheel wheel;
  private List<Probe> waiting = new ArrayList<>(1);

  Probes(TimingWheel wheel) {
    this.wheel = wheel;
  }

  private final class Probe extends TimingWheel.Entry {
    private final Promise<Boolean> answer = Promise.promise();

    @Override
    protected void expired() {
      waiting.remove(this);
      answer.complete(false);
    }
  }

  /** A ping has been sent. True if a pong comes in time. */
  Future<Boolean> begin(long timeoutMillis) {
    Probe probe = new Probe();
    waiting.add(probe);
    wheel.schedule(probe, timeoutMillis);
    return probe.answer.future();
  }

  /** Answers all that wait. */
  void answer(boolean alive) {
    if (waiting.isEmpty()) {
      return;
    }
    List<Probe> answered = waiting;
    waiting = new ArrayList<>(1);
    for (Probe probe : answered) {
      wheel.cancel(probe);
      probe.answer.complete(alive);
    }
  }
}
