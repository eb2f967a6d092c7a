package dev.switchboard.push.queue;

import dev.switchboard.push.tokens.DeviceStore;
import dev.switchboard.push.tokens.DeviceToken;
import dev.switchboard.shared.redis.stream.StreamEntry;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * A push to everyone, page by page: a turn puts some pages on the stream and the cursor behind
 * them, in one step with taking the cursor it came from away. So it goes on wherever it was
 * interrupted, and never runs ahead of those who send. Belongs to the event loop of its log.
 */
final class Broadcast {
  /** Devices in a page. */
  static final int PAGE = 100;

  private static final int PAGES = 5;

  private final DeviceStore devices;
  private final JobLog jobs;

  Broadcast(DeviceStore devices, JobLog jobs) {
    this.devices = devices;
    this.jobs = jobs;
  }

  /** Takes one turn. */
  Future<Void> turn(Lane lane, StreamEntry entry, PushJob job, Target.Everyone everyone) {
    return devices
        .page(everyone.devicesToo(), everyone.app(), everyone.after(), PAGE * PAGES)
        .compose(found -> jobs.page(lane, entry, pages(job, everyone, found)));
  }

  private static List<PushJob> pages(
      PushJob job, Target.Everyone everyone, List<DeviceToken> found) {
    List<PushJob> jobs = new ArrayList<>();
    int page = everyone.page();
    for (int from = 0; from < found.size(); from += PAGE) {
      List<String> keys =
          found.subList(from, Math.min(found.size(), from + PAGE)).stream()
              .map(DeviceToken::key)
              .toList();
      page++;
      jobs.add(job.with(new Target.Devices(keys, ""), page, 0));
    }
    if (found.size() == PAGE * PAGES) {
      String last = found.getLast().id().toString();
      Target rest = new Target.Everyone(everyone.devicesToo(), everyone.app(), last, page);
      jobs.add(job.with(rest, page, 0));
    }
    return jobs;
  }
}
