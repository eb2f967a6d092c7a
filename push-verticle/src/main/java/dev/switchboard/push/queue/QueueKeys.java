package dev.switchboard.push.queue;

import dev.switchboard.shared.push.PushJobs;

/** The Redis names of the queue; those that other roles use too are in {@code PushJobs}. */
final class QueueKeys {
  /** The consumer group of every lane. */
  static final String GROUP = "push";

  /** Retries by time, and their jobs. */
  static final String RETRIES = "push:retries";

  static final String RETRY_JOBS = "push:retry-jobs";
  static final String DEAD = "push:dead";

  private QueueKeys() {}

  /** The record of a notification: what it is, counts, and the results of its devices. */
  static String notification(String id) {
    return "push:notification:" + id;
  }

  /** Where the results of one page of it are; page 0 is in its record. */
  static String results(String id, int page) {
    return page == 0 ? notification(id) : notification(id) + ":" + page;
  }

  /** The answer that was given for an idempotency key. */
  static String idempotent(String key) {
    return "push:idempotent:" + key;
  }

  /** A provider's answers of the last minute to one app. */
  static String answers(String provider, String app) {
    return "push:answers:" + PushJobs.typeOf(provider, app);
  }

  /** There for an hour after a provider accepted something of an app on a topic. */
  static String accepted(String provider, String app, String topic) {
    return "push:accepted:" + PushJobs.typeOf(provider, app) + ":" + topic;
  }
}
