package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.calls.Decision.Effect.Notice;
import dev.switchboard.signaling.edge.ErrorCode;
import dev.switchboard.signaling.edge.JsonFields;
import dev.switchboard.signaling.ice.IceClient;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.socketio.EncodedPacket;
import dev.switchboard.signaling.socketio.RawJson;
import io.vertx.core.json.JsonObject;

/** The events that the server sends about calls, as encoded packets. */
final class CallFrames {
  private CallFrames() {}

  private static JsonObject of(Call call) {
    return new JsonObject().put("callId", call.callId());
  }

  private static String packet(String event, Object body) {
    return EncodedPacket.event(event, body).text();
  }

  /** The name of the event by which a device is notified. */
  static String event(Notice notice) {
    return switch (notice) {
      case Notice.Accepted accepted -> "call_accept";
      case Notice.Rejected rejected -> "call_reject";
      case Notice.Ended ended -> "call_end";
      case Notice.Cancelled cancelled -> "call_cancelled";
      case Notice.TimedOut timedOut -> "call_timeout";
      case Notice.Reconnecting reconnecting -> "peer_reconnecting";
      case Notice.Reconnected reconnected -> "peer_reconnected";
    };
  }

  /** True for a packet that is {@link Notice#isPresence}. */
  static boolean isPresence(String frame) {
    return frame.startsWith("42[\"peer_reconnect");
  }

  /** True for a packet of {@link Notice.Accepted}. */
  static boolean isAnswer(String frame) {
    return frame.startsWith("42[\"call_accept\"");
  }

  /** What a device is notified of, as the text of a packet. */
  static String notice(Call call, Notice notice) {
    JsonObject body = of(call);
    switch (notice) {
      case Notice.Accepted(long at) -> body.put("calleeId", call.calleeId()).put("timestamp", at);
      case Notice.Rejected(String reason, long at) ->
          body.put("calleeId", call.calleeId()).put("reason", reason).put("timestamp", at);
      case Notice.Ended(String by, String reason, long at) ->
          body.put("endedBy", by).put("reason", reason).put("timestamp", at);
      case Notice.Cancelled() -> {}
      case Notice.TimedOut(long at) -> body.put("reason", "no_answer").put("timestamp", at);
      case Notice.Reconnecting(String userId) -> body.put("userId", userId);
      case Notice.Reconnected(String userId) -> body.put("userId", userId);
    }
    return packet(event(notice), body);
  }

  static String incomingCall(Call call) {
    JsonObject body =
        of(call)
            .put("callerId", call.callerId())
            .put("callerName", call.callerName())
            .put("callerAvatar", call.callerAvatar())
            .put("callType", call.callType())
            .put("timestamp", call.createdAt());
    return packet("incoming_call", withMetadata(call, body));
  }

  /** For the caller's devices: a call on their behalf that one of them may take. */
  static String outgoingCall(Call call) {
    JsonObject body =
        of(call)
            .put("calleeId", call.calleeId())
            .put("callType", call.callType())
            .put("state", call.state().wireName())
            .put("timestamp", call.createdAt());
    return packet("outgoing_call", withMetadata(call, body));
  }

  private static JsonObject withMetadata(Call call, JsonObject body) {
    String metadata = call.metadata();
    return metadata == null ? body : body.put("metadata", new JsonObject(metadata));
  }

  static String busy(String calleeId) {
    return packet("call_busy", new JsonObject().put("calleeId", calleeId));
  }

  static String resumed(Call call, String userId) {
    return packet(
        "call_resumed",
        of(call).put("state", call.state().wireName()).put("peerId", call.peerOf(userId)));
  }

  static String displaced(String deviceId) {
    return packet("displaced", new JsonObject().put("deviceId", deviceId));
  }

  static String iceServers(Call call, IceClient.Servers servers) {
    return packet(
        "ice_servers", of(call).put("iceServers", servers.list()).put("ttl", servers.ttlSeconds()));
  }

  static String tokenExpiring(long expiresAt) {
    return packet("token_expiring", new JsonObject().put("expiresAt", expiresAt));
  }

  static String unauthorized(CallError error) {
    return packet("unauthorized", new JsonObject().put("code", error.code()));
  }

  static String registrationError(ErrorCode error, String message) {
    return packet(
        "registration_error", new JsonObject().put("code", error.code()).put("message", message));
  }

  /**
   * Signaling for the peer, its body as it arrived.
   *
   * @param now milliseconds since the epoch
   */
  static String relayed(String event, RelayPayload payload, String from, long now) {
    StringBuilder json = new StringBuilder(payload.body().length() + 192).append("{\"callId\":");
    JsonFields.quote(json, payload.callId()).append(",\"from\":");
    JsonFields.quote(json, from).append(",\"").append(payload.bodyName()).append("\":");
    json.append(payload.body()).append(",\"timestamp\":").append(now).append('}');
    return packet(event, new RawJson(json.toString()));
  }

  /** The answer to a call that has begun or been accepted. */
  static JsonObject started(Call call, IceClient.Servers servers) {
    return CallReply.success()
        .put("callId", call.callId())
        .put("state", call.state().wireName())
        .put("message", call.state() == CallState.RINGING ? "Ringing" : "Accepted")
        .put("iceServers", servers.list());
  }

  /** What a device gets once it is registered. */
  static JsonObject registered(Session session, boolean resumed, IceClient.Servers servers) {
    return CallReply.success()
        .put("sessionId", session.socketId())
        .put("userId", session.userId())
        .put("deviceId", session.deviceId())
        .put("resumed", resumed)
        .put("iceServers", servers.list());
  }
}
