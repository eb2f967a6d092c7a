package dev.switchboard.shared.timeline;

import java.util.Locale;

/** Why a push is not sent, or no longer tried. */
public enum DropReason {
  /** No push node that runs delivers to this type of device. */
  NO_PROVIDER,
  /** It no longer rings. */
  OVER,
  /** No attempt succeeded before the ring's end. */
  EXPIRED,
  /** The provider has called the token gone of late. */
  QUARANTINED,
  /** Push is switched off. */
  DISABLED,
  /** The token has been removed since it was queued. */
  NO_DEVICE,
  /** A test that would have to go to a VoIP token, which only a ring may go to. */
  VOIP_ONLY;

  /** The name in Redis, answers and metrics. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
