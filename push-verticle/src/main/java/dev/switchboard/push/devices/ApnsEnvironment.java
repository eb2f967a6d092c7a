package dev.switchboard.push.devices;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Apple's two environments. A device token is of one of them, for as long as it lives. */
public enum ApnsEnvironment {
  SANDBOX,
  PRODUCTION;

  /** The environment of that name on the wire and in Postgres. */
  public static Optional<ApnsEnvironment> of(String wireName) {
    return Arrays.stream(values()).filter(e -> e.wireName().equals(wireName)).findFirst();
  }

  /** The name on the wire, in settings and in Postgres. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The other one. */
  public ApnsEnvironment other() {
    return this == SANDBOX ? PRODUCTION : SANDBOX;
  }
}
