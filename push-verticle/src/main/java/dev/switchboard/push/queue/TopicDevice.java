package dev.switchboard.push.queue;

import dev.switchboard.push.devices.PushDevice;

/**
 * A topic of FCM, which stands for the devices that are subscribed to it.
 *
 * @param app whose project has it
 */
record TopicDevice(String name, String app) implements PushDevice {
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
}
