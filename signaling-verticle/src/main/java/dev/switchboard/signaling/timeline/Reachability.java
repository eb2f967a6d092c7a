package dev.switchboard.signaling.timeline;

import dev.switchboard.shared.push.PushJobs;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether the devices of a user would ring now, by what, and why not. Pure.
 *
 * @param sockets where its devices are connected
 * @param tokens what push could reach; null if no push node has answered
 * @param deliverable the types of token that some running push node delivers to
 * @param dndUntil until when the user is not to be disturbed, milliseconds since the epoch; 0 for
 *     one who may be
 * @param now milliseconds since the epoch
 */
record Reachability(
    List<Socket> sockets,
    @Nullable List<Token> tokens,
    Set<String> deliverable,
    long dndUntil,
    long now) {
  /** A ring tries them in this order. */
  private static final List<String> TYPES = List.of("apns_voip", "apns", "fcm", "webpush");

  /**
   * A socket.
   *
   * @param since when it registered
   * @param lastPong null if its edge does not say
   * @param alive whether it has answered a probe just now; null if its edge does not answer
   */
  record Socket(
      String deviceId,
      String platform,
      String edge,
      long since,
      @Nullable Long lastPong,
      @Nullable Boolean alive) {}

  /**
   * A push token or subscription.
   *
   * @param deviceId {@code #<token id>} where the app gave none
   * @param failure of the last attempt that failed; null for none
   */
  record Token(
      String deviceId, String type, String app, long quarantinedUntil, @Nullable String failure) {
    boolean isBrowserWithoutName() {
      return type.equals("webpush") && deviceId.startsWith("#");
    }
  }

  /** {@code [{deviceId, by, why}]}; {@code by} is null for a device that would stay silent. */
  JsonArray wouldRing() {
    Map<String, Socket> bySocket = new LinkedHashMap<>();
    Map<String, List<Token>> byPush = new LinkedHashMap<>();
    sockets.forEach(socket -> bySocket.put(socket.deviceId(), socket));
    for (Token token : tokens == null ? List.<Token>of() : tokens) {
      byPush.computeIfAbsent(token.deviceId(), id -> new ArrayList<>()).add(token);
    }
    JsonArray devices = new JsonArray();
    bySocket.forEach((id, socket) -> devices.add(verdict(id, socket, byPush.remove(id))));
    byPush.forEach((id, itsTokens) -> devices.add(verdict(id, null, itsTokens)));
    return devices;
  }

  private JsonObject verdict(
      String deviceId, @Nullable Socket socket, @Nullable List<Token> itsTokens) {
    if (dndUntil > now) {
      String why = "the user is not to be disturbed until " + DeviceStory.time(dndUntil);
      return device(deviceId, null, why);
    }
    if (socket != null && Boolean.TRUE.equals(socket.alive())) {
      return device(deviceId, "socket", "its socket has answered a ping just now");
    }
    String before = socket == null ? "" : unanswered(socket) + ", ";
    if (itsTokens == null) {
      String why = tokens == null ? "no push node says what it knows" : "it has no push token";
      return device(deviceId, null, before + why);
    }
    String why = "";
    for (String type : TYPES) {
      for (Token token : itsTokens) {
        if (token.type().equals(type)) {
          String obstacle = obstacle(token);
          if (obstacle == null) {
            return device(deviceId, type, before + deliverable(token));
          }
          why = why.isEmpty() ? obstacle : why + ", " + obstacle;
        }
      }
    }
    return device(deviceId, null, before + why);
  }

  private static String unanswered(Socket socket) {
    return socket.alive() == null
        ? "the node of its socket gives no answer"
        : "its socket does not answer a ping";
  }

  private @Nullable String obstacle(Token token) {
    if (token.isBrowserWithoutName() && sockets.stream().anyMatch(Reachability::isPage)) {
      return "a page of this user is open, and it named no device";
    }
    String needed = PushJobs.typeOf(token.type(), token.app());
    if (!deliverable.contains(needed)) {
      return "no push node that runs delivers to " + needed;
    }
    return token.quarantinedUntil() > now
        ? "its "
            + token.type()
            + " token is quarantined until "
            + DeviceStory.time(token.quarantinedUntil())
        : null;
  }

  private static boolean isPage(Socket socket) {
    return socket.platform().equals("web");
  }

  private static String deliverable(Token token) {
    return token.failure() == null
        ? "a push node delivers to its token"
        : "a push node delivers to its token, which last failed with " + token.failure();
  }

  private static JsonObject device(String deviceId, @Nullable String by, String why) {
    return new JsonObject().put("deviceId", deviceId).put("by", by).put("why", why);
  }
}
