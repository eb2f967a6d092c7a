package dev.switchboard.signaling.calls;

import dev.switchboard.shared.auth.Caller;
import dev.switchboard.signaling.calls.Fields.BadFieldException;
import dev.switchboard.signaling.sessions.Registration;
import dev.switchboard.signaling.sessions.Registration.PushToken;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.socketio.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a client says of itself when it registers, and whether it may. */
final class RegistrationRequest {
  private static final Set<String> PLATFORMS = Set.of("android", "ios", "web");
  private static final int MAX_TOKEN = 4_096;

  private final CallEdge edge;

  RegistrationRequest(CallEdge edge) {
    this.edge = edge;
  }

  /** Throws {@link BadFieldException} for a field, and for a user that is not the token's. */
  Registration read(CallSocket from, Event event) {
    Fields fields = Fields.of(event.arguments());
    String userId;
    try {
      userId = fields.id("userId");
    } catch (BadFieldException bad) {
      throw new BadFieldException(CallError.INVALID_USER, String.valueOf(bad.getMessage()));
    }
    Caller caller = from.caller();
    boolean allowed =
        caller == null ? edge.settings().trustGuests() : caller.userId().equals(userId);
    if (!allowed) {
      throw new BadFieldException(
          CallError.NOT_AUTHORISED,
          caller == null ? "a token is needed to register" : "userId is not the token's user");
    }
    String deviceId = fields.optionalId("deviceId");
    String platform = fields.optionalOneOf("platform", PLATFORMS);
    Session session =
        new Session(
            userId,
            from.socket().id(),
            deviceId == null ? from.socket().id() : deviceId,
            platform == null ? "" : platform,
            edge.clock().millis(),
            edge.sockets().edge());
    return new Registration(session, deviceId != null, tokens(fields));
  }

  private static List<PushToken> tokens(Fields fields) {
    List<PushToken> tokens = new ArrayList<>(2);
    add(tokens, "fcm", fields.optionalText("fcmToken", MAX_TOKEN));
    add(tokens, "apns", apns(fields, "apnsToken"));
    add(tokens, "apns_voip", apns(fields, "voipToken"));
    return tokens;
  }

  /** A device token of Apple's; null if it is absent. */
  static @Nullable String apns(Fields fields, String name) {
    String token = fields.optionalText(name, MAX_TOKEN);
    if (token != null && !token.matches("[0-9a-fA-F]{64,200}")) {
      throw new BadFieldException(
          CallError.BAD_FIELD, name + " must be 64 to 200 hexadecimal characters");
    }
    return token;
  }

  private static void add(List<PushToken> tokens, String type, @Nullable String token) {
    if (token != null) {
      tokens.add(new PushToken(type, token));
    }
  }
}
