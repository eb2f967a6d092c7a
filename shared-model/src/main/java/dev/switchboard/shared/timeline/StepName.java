package dev.switchboard.shared.timeline;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What may happen to a call. The scripts write the same names. */
public enum StepName {
  INITIATED(true),
  /** Why: {@code busy}, {@code unreachable} or {@code limited}. */
  REFUSED(true),
  /** It was sent to a socket. */
  OFFERED(false),
  /** A socket did not answer: the device is rung by push. */
  PROBE_UNANSWERED(false),
  PUSH_QUEUED(false),
  /** The provider has taken it. */
  PUSH_SENT(false),
  /** The provider could not take it; it will be tried again. */
  PUSH_RETRIED(false),
  /** It was tried and will not be tried again. */
  PUSH_FAILED(false),
  /** It was not tried, or no longer: {@link DropReason}. */
  PUSH_DROPPED(false),
  /** The device says that it got it. */
  PUSH_RECEIVED(false),
  /** The device says that it shows it. */
  SHOWN(false),
  ACCEPTED(true),
  REJECTED(true),
  CANCELLED(true),
  TIMED_OUT(true),
  /** Which ICE servers a device was given. */
  RELAY_LIST(false),
  /** How a device's media found its way. */
  MEDIA(false),
  RECONNECTING(true),
  RESUMED(true),
  ENDED(true),
  /** What became of a token that its provider called gone; for the verdict only. */
  TOKEN(false),
  /** Why no device of the callee is told: {@code dnd} or {@code blocked}; for the verdict only. */
  SILENCED(false);

  private final boolean ofCall;

  StepName(boolean ofCall) {
    this.ofCall = ofCall;
  }

  /** The step of that name in Redis and in answers; empty for one of another version. */
  public static Optional<StepName> of(String wireName) {
    return Arrays.stream(values()).filter(name -> name.wireName().equals(wireName)).findFirst();
  }

  /** The name in Redis and in answers. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** True for what both parties may know; the rest is a device's own. */
  public boolean isOfCall() {
    return ofCall;
  }

  /** False for what answers do not list. */
  public boolean isShown() {
    return this != TOKEN && this != SILENCED;
  }
}
