package dev.switchboard.push.send;

import dev.switchboard.push.devices.PushDevice;
import io.vertx.core.Future;
import java.util.Optional;

/** Hands pushes to one provider. Called on the event loop of the push role; never blocks it. */
public interface PushSender {
  /** The provider's name in settings, logs and metrics. */
  String provider();

  /**
   * Makes one attempt. What is to be sent is decided already: its cause still holds, and its
   * deadline is ahead. The caller bounds the wait; a sender bounds what it holds meanwhile, and
   * after each wait of its own asks {@link Push#look} before anything goes out.
   */
  Future<Outcome> send(Push push, PushDevice device);

  /**
   * What shares its fate with this push: an APNs topic, an FCM project, a push service's host. That
   * one device of it was accepted shows that another's refusal is the device's own.
   */
  default String topic(Push push, PushDevice device) {
    return provider();
  }

  /** False while it lacks what it takes to send anything at all. Read on any thread. */
  default boolean isReady() {
    return true;
  }

  /**
   * Why its provider takes nothing from us at all, as it last answered: an unknown key; or why
   * nothing can be sent to it. Read on any thread.
   */
  default Optional<String> trouble() {
    return Optional.empty();
  }

  /** Ends its connections. */
  default Future<Void> close() {
    return Future.succeededFuture();
  }
}
