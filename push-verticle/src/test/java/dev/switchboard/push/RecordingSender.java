package dev.switchboard.push;

import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.send.Outcome;
import dev.switchboard.push.send.Push;
import dev.switchboard.push.send.PushSender;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;

/** Remembers what it was given, {@code <notification> <reach field>}, and answers as it is told. */
final class RecordingSender implements PushSender {
  final List<String> sent = new CopyOnWriteArrayList<>();
  private volatile BiFunction<Push, PushDevice, Future<Outcome>> answer;

  RecordingSender(boolean hangs) {
    answer =
        hangs
            ? (push, device) -> Promise.<Outcome>promise().future()
            : (push, device) -> Future.succeededFuture(new Outcome.Accepted("x"));
  }

  /** Answers so from now on. */
  RecordingSender answering(Outcome outcome) {
    return answering((push, device) -> outcome);
  }

  /** Answers so from now on. */
  RecordingSender answering(BiFunction<Push, PushDevice, Outcome> outcome) {
    answer = (push, device) -> Future.succeededFuture(outcome.apply(push, device));
    return this;
  }

  /** Answers so from now on, once it knows. */
  RecordingSender answeringBy(Future<Outcome> outcome) {
    answer = (push, device) -> outcome;
    return this;
  }

  /** Fails from now on. */
  RecordingSender failing() {
    answer = (push, device) -> Future.failedFuture("provider is down");
    return this;
  }

  @Override
  public String provider() {
    return "mock";
  }

  @Override
  public Future<Outcome> send(Push push, PushDevice device) {
    String to = device.reachField().isEmpty() ? device.key() : device.reachField();
    sent.add(push.id() + " " + to);
    return answer.apply(push, device);
  }
}
