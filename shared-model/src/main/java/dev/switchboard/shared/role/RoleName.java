package dev.switchboard.shared.role;

import java.util.Locale;

/** The roles a process can run ({@code ROLES}). */
public enum RoleName {
  SIGNALING,
  ROOMS,
  ICE,
  PUSH;

  /** The name as settings and answers write it. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
