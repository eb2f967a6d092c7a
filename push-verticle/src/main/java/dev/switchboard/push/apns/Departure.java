package dev.switchboard.push.apns;

import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import java.util.function.BooleanSupplier;

/**
 * A notification that is asked whether it may still go at the moment that it is written: it may
 * have waited for a connection. Pushy asks for its token first, and fails it with what that throws.
 */
final class Departure extends SimpleApnsPushNotification {
  private final BooleanSupplier mayGo;
  private boolean asked;

  /** It came too late to be written unseen. The connection is there. */
  static final class LateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LateException() {
      super("the connection to APNs took long", null, false, false);
    }
  }

  /**
   * Makes one.
   *
   * @param mayGo asked once, on the client's event loop
   */
  Departure(SimpleApnsPushNotification of, BooleanSupplier mayGo) {
    super(
        of.getToken(),
        of.getTopic(),
        of.getPayload(),
        of.getExpiration(),
        of.getPriority(),
        of.getPushType(),
        of.getCollapseId(),
        of.getApnsId());
    this.mayGo = mayGo;
  }

  /**
   * Its device's token.
   *
   * @throws LateException the first time that it is asked, if it may not go
   */
  @Override
  public String getToken() {
    // what pushy writes again by itself, within a frame's handling, must not fail
    if (!asked) {
      asked = true;
      if (!mayGo.getAsBoolean()) {
        throw new LateException();
      }
    }
    return super.getToken();
  }
}
