package dev.switchboard.push.send;

import dev.switchboard.push.devices.PushDevice;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log what it would have sent to whom, never what was in it. */
public final class MockSender implements PushSender {
  private static final Logger log = LoggerFactory.getLogger(MockSender.class);

  @Override
  public String provider() {
    return "mock";
  }

  @Override
  public Future<Outcome> send(Push push, PushDevice device) {
    PushLines.about(log.atInfo(), push.id(), push.content().data())
        .log(
            "would push {} user={} to {} ({})",
            push.cause().wireName(),
            device.userId(),
            device.key(),
            device.cut());
    return Future.succeededFuture(new Outcome.Accepted("mock-" + push.identity(device)));
  }
}
