package dev.switchboard.push.apns;

import dev.switchboard.push.devices.ApnsEnvironment;
import dev.switchboard.push.devices.PushDevice;

/** Keeps what a push has found out of a device. Called on the event loop of the push role. */
public interface EnvironmentMemory {
  /** A token is of this environment, and not of the one where it was tried first. */
  void found(PushDevice device, ApnsEnvironment environment);
}
