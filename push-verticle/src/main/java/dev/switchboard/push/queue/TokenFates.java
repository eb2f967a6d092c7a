package dev.switchboard.push.queue;

import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.timeline.PendingSteps;
import dev.switchboard.shared.timeline.Step;
import dev.switchboard.shared.timeline.StepName;
import dev.switchboard.shared.timeline.TimelineKeys;
import dev.switchboard.shared.timeline.TimelineStamp;
import io.vertx.core.Future;
import java.util.List;

/**
 * Notes on timelines what became of tokens that their provider called gone, many at once. Belongs
 * to the event loop of its link.
 */
final class TokenFates {
  private static final Script WRITE =
      Script.load(TokenFates.class, "timeline_write", TimelineKeys.PRELUDE);

  private final RedisLink link;
  private final PendingSteps pending;

  TokenFates(RedisLink link, TimelineStamp stamp) {
    this.link = link;
    this.pending = new PendingSteps(stamp);
  }

  void note(String timeline, PushDevice device, String fate) {
    if (!timeline.isEmpty()) {
      String deviceId = RingSteps.deviceId(device.reachField());
      pending.add(timeline, Step.of(StepName.TOKEN, device.userId(), deviceId).because(fate));
    }
  }

  /** Writes what has been noted since the last time. */
  Future<Void> write() {
    List<String> arguments = pending.take();
    return arguments.isEmpty()
        ? Future.succeededFuture()
        : link.run(WRITE, List.of(), arguments).mapEmpty();
  }
}
