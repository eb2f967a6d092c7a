package dev.switchboard.push;

import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.send.Outcome;
import dev.switchboard.push.send.Push;
import dev.switchboard.push.send.PushSender;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was given: {@code <job id> <reach field>}. */
final class RecordingSender implements PushSender {
  final List<String> sent = new CopyOnWriteArrayList<>();
  private final boolean hangs;
  private int failures;

  RecordingSender(boolean hangs) {
    this.hangs = hangs;
  }

  /** Fails the next sends for want of an answer. */
  RecordingSender failing(int times) {
    failures = times;
    return this;
  }

  @Override
  public String provider() {
    return "mock";
  }

  @Override
  public Future<Outcome> send(Push push, PushDevice device) {
    sent.add(push.id() + " " + device.reachField());
    if (failures-- > 0) {
      return Future.failedFuture("provider is down");
    }
    return hangs
        ? Promise.<Outcome>promise().future()
        : Future.succeededFuture(new Outcome.Accepted("x"));
  }
}
