package dev.switchboard.push.send;

import dev.switchboard.push.tokens.DeviceToken;
import io.vertx.core.Future;

/** Hands pushes to one provider. Called on the event loop of the push role; never blocks it. */
public interface PushSender {
  /** The provider's name in settings, logs and metrics. */
  String provider();

  /**
   * Sends a job to one device. The future fails where the provider gave no verdict (transport,
   * time-out, overload): the job is then tried again.
   */
  Future<Outcome> send(PushJob job, DeviceToken device);
}
