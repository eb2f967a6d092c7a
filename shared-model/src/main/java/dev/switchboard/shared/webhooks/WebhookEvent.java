package dev.switchboard.shared.webhooks;

import java.util.Arrays;
import java.util.Optional;

/** What the team's back end can be told of. */
public enum WebhookEvent {
  /** A call rings. */
  CALL_RINGING("call.ringing"),
  /** It was accepted. */
  CALL_ACCEPTED("call.accepted"),
  /** A call that rang is over, for whatever reason: the last event of every such call. */
  CALL_ENDED("call.ended"),
  /** Nobody has answered it in time; {@link #CALL_ENDED} follows. */
  CALL_MISSED("call.missed"),
  /** An attempt did not become a call. */
  CALL_REFUSED("call.refused"),
  /** The server has removed a device that can be pushed. */
  DEVICE_REMOVED("device.removed"),
  /** A join code was accepted: there is a room. */
  ROOM_ACCEPTED("room.accepted"),
  /** A push has used up its retries for a device. */
  PUSH_DEAD("push.dead");

  private final String wireName;

  WebhookEvent(String wireName) {
    this.wireName = wireName;
  }

  /** Its name in settings and in the field {@code type}. */
  public String wireName() {
    return wireName;
  }

  /** The one of this name; empty if there is none. */
  public static Optional<WebhookEvent> of(String wireName) {
    return Arrays.stream(values()).filter(event -> event.wireName.equals(wireName)).findFirst();
  }
}
