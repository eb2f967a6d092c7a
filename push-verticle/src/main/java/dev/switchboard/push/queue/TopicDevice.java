package dev.switchboard.push.queue;

import dev.switchboard.push.devices.PushDevice;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A topic of FCM, which stands for the devices that are subscribed to it. */
record TopicDevice(String name) implements PushDevice {
  static final String TYPE = "fcm_topic";

  static String keyOf(String topic) {
    return TYPE + ":" + topic;
  }

  @Override
  public String key() {
    return keyOf(name);
  }

  @Override
  public String typeName() {
    return TYPE;
  }

  @Override
  public String address() {
    return name;
  }

  @Override
  public String cut() {
    return name;
  }

  @Override
  public boolean isInstallationId() {
    return false;
  }

  @Override
  public @Nullable String userId() {
    return null;
  }

  @Override
  public @Nullable String deviceId() {
    return null;
  }

  @Override
  public String reachField() {
    return "";
  }

  @Override
  public @Nullable Instant quarantinedUntil() {
    return null;
  }
}
