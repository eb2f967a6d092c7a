package dev.switchboard.deploy.apps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.ApnsStub;
import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.RoomApp;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two persons with the rooms app, from the join code on paper to the day they part. */
final class RoomsAppIT {
  private static final String ROOMS = "/api/rooms";
  private static final String ANNS_PHONE = "aa".repeat(32);
  private static final String BOBS_PHONE = "bb".repeat(32);

  private ApnsStub apns;
  private Nodes nodes;

  @BeforeEach
  void start() {
    RealRedis.flush();
    apns = new ApnsStub();
    String roles = "signaling,rooms,ice,push";
    nodes = Nodes.start(apns.settings(), roles, roles);
  }

  @AfterEach
  void stop() {
    nodes.close();
    apns.close();
  }

  private URI node(int node) {
    return nodes.node(node).url();
  }

  private JsonObject send(int status, int node, String method, String path, JsonObject body) {
    HttpResponse<String> answer =
        Nodes.send(
            HttpRequest.newBuilder(node(node).resolve(path))
                .method(method, BodyPublishers.ofString(body.encode()))
                .header("Content-Type", "application/json"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return answer.body().isEmpty() ? new JsonObject() : new JsonObject(answer.body());
  }

  private static JsonObject code(String joinId, Object seconds) {
    return new JsonObject()
        .put("joinid", joinId)
        .put("client1", "ann")
        .put("client1_token", ANNS_PHONE)
        .put("platform", "ios")
        .put("expiresInSeconds", seconds);
  }

  private static JsonObject acceptance(String joinId) {
    return new JsonObject()
        .put("joinid", joinId)
        .put("client2", "bob")
        .put("client2_token", BOBS_PHONE)
        .put("platform", "ios");
  }

  /** Ann makes a join code and asks until Bob has accepted it; the room's id. */
  private String meet(String joinId, Object seconds) {
    send(201, 0, "POST", ROOMS, code(joinId, seconds));
    send(204, 1, "POST", ROOMS + "/check", code(joinId, seconds));
    String roomId = send(200, 1, "POST", ROOMS + "/accept", acceptance(joinId)).getString("roomid");
    assertThat(send(200, 0, "POST", ROOMS + "/check", code(joinId, seconds)).getString("roomid"))
        .isEqualTo(roomId);
    return roomId;
  }

  private static void hears(RoomApp app, String type, int times) {
    Await.until(() -> app.all(type).size() == times);
  }

  private static void handshake(RoomApp from, RoomApp to, String mark) {
    for (String type :
        List.of("webrtc_offer", "ice_candidate", "key_exchange", "key_exchange_complete")) {
      assertThat(from.send(type, "mark", mark)).isTrue();
    }
    assertThat(to.send("webrtc_answer", "mark", mark)).isTrue();
    Await.until(() -> has(to, "key_exchange_complete", mark) && has(from, "webrtc_answer", mark));
  }

  private static boolean has(RoomApp app, String type, String mark) {
    return app.all(type).stream().anyMatch(message -> mark.equals(message.getString("mark")));
  }

  @Test
  void contactOutlivesItsJoinCodeAndALostNode() {
    String roomId = meet("paper", "2");
    Instant exp = Instant.parse(Nodes.json(node(0), ROOMS + "?roomid=" + roomId).getString("exp"));
    Await.until(() -> Instant.now().isAfter(exp));
    JsonObject shown = Nodes.json(node(1), ROOMS + "?roomid=" + roomId);
    assertThat(Instant.parse(shown.getString("exp"))).isEqualTo(exp);
    assertThat(shown.getMap())
        .containsEntry("roomid", roomId)
        .containsEntry("client1_token", ANNS_PHONE.substring(0, 16) + "…");

    try (RoomApp ann = new RoomApp(node(0), roomId, "ann")) {
      hears(ann, "room_joined", 1);
      Await.until(() -> apns.received(BOBS_PHONE).size() == 1);
      assertPresence(apns.received(BOBS_PHONE).getFirst(), roomId);
      try (RoomApp bob = new RoomApp(node(1), roomId, "bob")) {
        hears(bob, "room_ready", 1);
        hears(ann, "room_ready", 1);
        assertThat(ann.all("room_ready").getFirst().getBoolean("isInitiator")).isTrue();
        handshake(ann, bob, "first");
        nodes.node(1).kill9();
        try (RoomApp again = new RoomApp(node(0), roomId, "bob")) {
          hears(again, "room_ready", 1);
          hears(ann, "room_ready", 2);
          assertThat(ann.all("peer_disconnected")).hasSize(1);
          handshake(ann, again, "second");
          part(roomId, ann, again);
        }
      }
    }
    // One push; of a node that dies before it has noted the answer it is sent again, as the same.
    assertThat(apns.received(BOBS_PHONE))
        .extracting(push -> push.headers().get("apns-id"))
        .containsOnly(apns.received(BOBS_PHONE).getFirst().headers().get("apns-id"));
  }

  private static void assertPresence(ApnsStub.Received push, String roomId) {
    assertThat(push.headers())
        .containsEntry("apns-push-type", "alert")
        .containsEntry("apns-priority", "10")
        .containsEntry("apns-topic", "com.example.app")
        .containsKey("apns-collapse-id");
    assertThat(push.payload())
        .isEqualTo(
            new JsonObject()
                .put("roomId", roomId)
                .put("type", "presence")
                .put(
                    "aps",
                    new JsonObject()
                        .put("alert", "Your chat partner is waiting")
                        .put("sound", "default")
                        .put("badge", 1)
                        .put("mutable-content", 1)));
  }

  /** Bob has Ann's phone told, though she is there, and deletes the room. */
  private void part(String roomId, RoomApp ann, RoomApp bob) {
    assertThat(bob.send("ping_peer")).isTrue();
    hears(bob, "ping_sent", 1);
    Await.until(() -> apns.received(ANNS_PHONE).size() == 1);
    JsonObject room = new JsonObject().put("roomid", roomId);
    send(200, 0, "DELETE", ROOMS, room);
    send(200, 0, "DELETE", ROOMS, room);
    for (RoomApp app : List.of(ann, bob)) {
      hears(app, "room_deleted", 1);
    }
    assertThat(Nodes.status(node(0), ROOMS + "?roomid=" + roomId)).isEqualTo(404);
  }

  @Test
  void appThatComesBackTakesItsOwnPlaceAndWhoIsPurgedLeavesNothing() {
    String roomId = meet("screen", 60);
    try (RoomApp ann = new RoomApp(node(0), roomId, "ann");
        RoomApp bob = new RoomApp(node(1), roomId, "bob")) {
      hears(ann, "room_ready", 1);
      hears(bob, "room_ready", 1);
      try (RoomApp again = new RoomApp(node(0), roomId, "bob")) {
        hears(again, "room_ready", 1);
        hears(bob, "left_room", 1);
        handshake(ann, again, "back");
        assertThat(ann.types().stream().filter(type -> type.startsWith("peer_")))
            .containsExactly("peer_disconnected");
        hears(ann, "room_ready", 2);

        assertThat(bob.send("webrtc_offer", "sdp", "late")).isTrue();
        hears(bob, "error", 1);
        try (RoomApp eve = new RoomApp(node(1), roomId, "eve")) {
          hears(eve, "room_full", 1);
        }
        JsonObject purged =
            send(200, 1, "POST", "/api/user/purge", new JsonObject().put("deviceId", "bob"));
        assertThat(purged.getMap())
            .containsEntry("success", true)
            .containsEntry("deviceIdCount", 1)
            .containsEntry("roomsDeleted", 1)
            .containsEntry("pendingsDeleted", 0);
        hears(ann, "room_deleted", 1);
        hears(again, "room_deleted", 1);
      }
    }
    assertThat(Nodes.status(node(0), ROOMS + "?roomid=" + roomId)).isEqualTo(404);
  }
}
