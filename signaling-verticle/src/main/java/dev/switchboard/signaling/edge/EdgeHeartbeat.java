package dev.switchboard.signaling.edge;

import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.schedule.PeriodicTask;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an edge does every second: it renews its leases, clears up after dead edges, and does what
 * features add. Belongs to the loop of its edge.
 */
public final class EdgeHeartbeat {
  private static final long BEAT_MILLIS = 1_000;

  /** Where mail came, more is to be expected: whoever sent it is not to wait for the next beat. */
  private static final long MORE_MAIL_MILLIS = 200;

  /** So often in vain, and no more is expected: there has been none for a beat. */
  private static final int IN_VAIN = 5;

  private final Vertx vertx;
  private final EdgeId edge;
  private final List<EdgeLease> leases = new ArrayList<>(2);
  private final List<Runnable> beats = new ArrayList<>();
  private final List<PeriodicTask> tasks = new ArrayList<>();
  private final Map<EdgeLease, Integer> early = new HashMap<>(2);
  private boolean running;

  public EdgeHeartbeat(Vertx vertx, EdgeId edge) {
    this.vertx = vertx;
    this.edge = edge;
  }

  /** Adds a lease to renew. The first edge of a process sweeps by it, too. */
  public void add(EdgeLease lease) {
    leases.add(lease);
  }

  /** Adds what is done at each beat. */
  public void add(Runnable beat) {
    beats.add(beat);
  }

  /** Begins; completes when the leases are held for the first time, or could not be. */
  public Future<Void> start() {
    running = true;
    List<Future<Void>> held = new ArrayList<>();
    for (EdgeLease lease : leases) {
      held.add(lease.renew().otherwiseEmpty());
      // Each by itself: one store that hangs must not let the lease in another run out.
      tasks.add(PeriodicTask.start(vertx, "a lease", BEAT_MILLIS, () -> renew(lease)));
    }
    tasks.add(PeriodicTask.start(vertx, "a heartbeat", BEAT_MILLIS, this::beat));
    return Future.join(held).mapEmpty();
  }

  private Future<Void> renew(EdgeLease lease) {
    return lease
        .renew()
        .onSuccess(
            renewed -> {
              if (edge.index() == 0) {
                lease.sweep();
              }
            })
        .otherwiseEmpty();
  }

  /** Mail has come along with a lease, which is renewed more often while it goes on. */
  void mailCame(EdgeLease lease) {
    if (early.put(lease, IN_VAIN) == null) {
      vertx.setTimer(MORE_MAIL_MILLIS, soon -> renewEarly(lease));
    }
  }

  private void renewEarly(EdgeLease lease) {
    if (running
        && early.computeIfPresent(lease, (its, left) -> left > 1 ? left - 1 : null) != null) {
      renew(lease).onComplete(done -> vertx.setTimer(MORE_MAIL_MILLIS, soon -> renewEarly(lease)));
    }
  }

  private Future<Void> beat() {
    beats.forEach(Runnable::run);
    return Future.succeededFuture();
  }

  /** True until it is stopped: nobody may renew a lease after that. */
  boolean isRunning() {
    return running;
  }

  public void stop() {
    running = false;
    tasks.forEach(PeriodicTask::stop);
  }
}
