package dev.switchboard.push.send;

import dev.switchboard.push.tokens.DeviceToken;
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
  public Future<Outcome> send(PushJob job, DeviceToken device) {
    log.info(
        "Would push {} notification={} user={} call={} to {}",
        job.cause(),
        job.id(),
        job.userId(),
        job.callId().orElse("none"),
        device);
    return Future.succeededFuture(new Outcome.Accepted("mock-" + job.id()));
  }
}
