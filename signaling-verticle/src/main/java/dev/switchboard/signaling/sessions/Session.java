package dev.switchboard.signaling.sessions;

import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.signaling.edge.Address;
import io.vertx.core.json.JsonObject;

/**
 * Where a device of a user is connected.
 *
 * @param platform android, ios, web, or empty if the client did not say
 * @param registeredAt milliseconds since the epoch
 */
public record Session(
    String userId,
    String socketId,
    String deviceId,
    String platform,
    long registeredAt,
    EdgeId edge)
    implements Address {
  @Override
  public String endpoint() {
    return socketId;
  }

  /** True if the client named no device: it has its socket's id then, another one each time. */
  public boolean isNameless() {
    return deviceId.equals(socketId);
  }

  /** True if the other is this very socket, on the same connection. */
  public boolean isSameSocket(Session other) {
    return socketId.equals(other.socketId()) && edge.equals(other.edge());
  }

  /** Reads what {@link #toJson} writes. */
  public static Session parse(String text) {
    JsonObject json = new JsonObject(text);
    return new Session(
        json.getString("userId"),
        json.getString("socketId"),
        json.getString("deviceId"),
        json.getString("platform", ""),
        json.getLong("registeredAt", 0L),
        EdgeId.parse(json.getString("edge")));
  }

  /** The text that stands in Redis. */
  public String toJson() {
    return new JsonObject()
        .put("userId", userId)
        .put("socketId", socketId)
        .put("deviceId", deviceId)
        .put("platform", platform)
        .put("registeredAt", registeredAt)
        .put("edge", edge.toString())
        .encode();
  }
}
