package dev.switchboard.signaling.sessions;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a device sends of itself when it registers.
 *
 * @param named true if the client gave a device id itself
 * @param tokens the push tokens that came along
 */
public record Registration(Session session, boolean named, List<PushToken> tokens) {
  /**
   * A push token.
   *
   * @param type fcm, apns or apns_voip
   * @param app null where the device names none
   * @param environment sandbox or production; null where the device names none
   */
  public record PushToken(
      String type, String token, @Nullable String app, @Nullable String environment) {}
}
