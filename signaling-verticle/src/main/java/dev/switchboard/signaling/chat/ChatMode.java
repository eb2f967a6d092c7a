package dev.switchboard.signaling.chat;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What kind of session it is. */
enum ChatMode {
  GROUP,
  PRIVATE,
  PASSWORD;

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What a client gets that names another. */
  static final String NAMES = "chatMode must be one of group, private, password";

  /** The mode of this name; null if there is none. */
  static @Nullable ChatMode of(String name) {
    for (ChatMode mode : values()) {
      if (mode.wireName().equals(name)) {
        return mode;
      }
    }
    return null;
  }
}
