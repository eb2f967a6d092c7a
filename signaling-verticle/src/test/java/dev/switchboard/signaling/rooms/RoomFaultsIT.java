package dev.switchboard.signaling.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RawSocket;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes that die, a store that is away, clients that are silent or do not read. */
final class RoomFaultsIT {
  private static final long SLOW_SECONDS = 40;

  private final String room = UUID.randomUUID().toString();
  private RoomNodes nodes = new RoomNodes(Map.of());
  private RoomClient ann;
  private RoomClient bob;

  @AfterEach
  void stop() {
    RealRedis.start();
    nodes.close();
  }

  private void restart(Map<String, String> settings) {
    nodes.close();
    nodes = new RoomNodes(settings);
  }

  private void bothAreIn() {
    ann = nodes.in(0, room);
    bob = nodes.in(1, room);
    ann.expect("room_ready");
    bob.expect("room_ready");
  }

  /** As an edge leaves it behind whose process was killed. */
  private void deadMember(String client) {
    String place =
        new JsonObject()
            .put("edge", "dead.0")
            .put("seat", 1)
            .put("ids", new JsonArray().add("bob"))
            .encode();
    nodes.redis("set", "room:seats", "5");
    nodes.redis("hset", "room:members:" + room, client, place);
    nodes.redis("hset", "room:present:" + room, "bob", "1");
    nodes.redis("zadd", "room:occupied", "1", room);
    nodes.redis("sadd", "edge:rooms:dead.0", entry(client));
    nodes.redis("zadd", "edge:leases", Long.toString(nodes.clock.millis()), "dead.0");
  }

  @Test
  void whoWasOnANodeThatDiedIsReportedAsDisconnected() {
    bothAreIn();
    bury(bob);
    ann.expect("peer_disconnected");
  }

  /** Somebody's node counts as dead. */
  private void bury(RoomClient client) {
    String members = "room:members:" + room;
    JsonObject place = new JsonObject(nodes.redis("hget", members, client.id()).toString());
    nodes.redis("hset", members, client.id(), place.put("edge", "dead.0").encode());
    nodes.redis("sadd", "edge:rooms:dead.0", entry(client.id()));
    nodes.redis("zadd", "edge:leases", Long.toString(nodes.clock.millis()), "dead.0");
    Await.until(
        () -> {
          nodes.passHalfALease();
          return nodes.redis("exists", "edge:rooms:dead.0").toInteger() == 0;
        },
        30);
  }

  /** It says several things before it is known that it has no place: the other keeps its own. */
  @Test
  void whoCountedAsDeadAndIsNotHeardTakesNobodysPlace() {
    bothAreIn();
    bury(ann);
    bob.expect("peer_disconnected");
    for (int i = 0; i < 3; i++) {
      ann.send("ice_candidate", Map.of("candidate", "early"));
    }
    bob.expect("room_ready");
    bob.send("ice_candidate", Map.of("candidate", "a"));
    ann.expect("ice_candidate");
    ann.send("ice_candidate", Map.of("candidate", "b"));
    bob.expect("ice_candidate");
  }

  private String entry(String client) {
    return new JsonArray().add(client).add(room).encode();
  }

  @Test
  void placeOfSomebodyWhoCannotBeReachedIsFreed() {
    deadMember("gone");
    ann = nodes.client(0);
    ann.join(room);
    ann.expect("room_joined");
    ann.expect("room_ready");
    ann.expect("peer_disconnected");
    bob = nodes.in(1, room);
    bob.expect("room_ready");
    ann.expect("room_ready");
  }

  @Test
  void whoWasInARoomFindsTheOtherAgainThoughRedisHasLostAll() {
    bothAreIn();
    RealRedis.flush();
    Await.until(() -> nodes.redis("hlen", "room:members:" + room).toInteger() == 2, 30);
    for (RoomClient client : List.of(ann, bob)) {
      client.expect("peer_disconnected");
      client.expect("room_ready");
    }
    ann.send("ice_candidate", Map.of("candidate", "a"));
    bob.expect("ice_candidate");
    bob.send("ice_candidate", Map.of("candidate", "b"));
    ann.expect("ice_candidate");
  }

  @Test
  void drainClosesSoThatClientsComeBackElsewhere() {
    bothAreIn();
    Await.await(nodes.drain(1));
    assertThat(bob.closeStatus()).isEqualTo(1012);
    ann.expect("peer_disconnected");
    assertThat(nodes.redis("hlen", "room:members:" + room).toInteger()).isEqualTo(1);
    RoomClient back = nodes.in(0, room);
    back.expect("room_ready");
  }

  @Test
  void withoutRedisHandshakesGoOnAndTheRestIsRefusedAtOnce() {
    bothAreIn();
    RoomClient eve = nodes.client(0);
    eve.id();
    RealRedis.stop();
    ann.send("webrtc_offer", Map.of("sdp", "x"));
    bob.expect("webrtc_offer");
    eve.join(room + "x");
    JsonObject refused = eve.expect("error");
    assertThat(refused.getString("code")).isEqualTo("E503");
    ann.join(room + "x");
    assertThat(ann.expect("error").getString("code")).isEqualTo("E503");
    ann.send("webrtc_offer", Map.of("sdp", "y"));
    bob.expect("webrtc_offer");
    bob.close();

    RealRedis.start();
    ann.expect("peer_disconnected");
    eve.join(room);
    eve.expect("room_joined");
    ann.expect("room_ready");
    assertThat(nodes.redis("hlen", "room:members:" + room).toInteger()).isEqualTo(2);
  }

  @Test
  void whoLeavesWhileRedisIsAwayIsMissedOnceItIsBack() {
    bothAreIn();
    RealRedis.stop();
    bob.send("leave_room", Map.of());
    bob.expect("left_room");
    RealRedis.start();
    ann.expect("peer_left");
    RoomClient eve = nodes.in(1, room);
    eve.expect("room_ready");
  }

  @Test
  void whoChangesRoomsWhileRedisHangsIsInNeitherAndKnowsIt() {
    bothAreIn();
    RealRedis.whileHung(
        () -> {
          bob.join(room + "x");
          assertThat(bob.expect("left_room").getString("roomId")).isEqualTo(room);
          assertThat(bob.expect("error").getString("code")).isEqualTo("E503");
        });
    ann.expect("peer_left");
    RoomClient eve = nodes.in(1, room);
    eve.expect("room_ready");
  }

  @Test
  void whoLeavesWhileRedisHangsIsMissedByTheOther() {
    bothAreIn();
    RealRedis.whileHung(
        () -> {
          bob.send("leave_room", Map.of());
          bob.expect("left_room");
        });
    ann.expect("peer_left");
    RoomClient eve = nodes.in(1, room);
    eve.expect("room_ready");
    ann.expect("room_ready");
    bob.send("leave_room", Map.of());
    bob.expect("left_room");
  }

  @Test
  void whoDropsWhileRedisHangsIsMissedByTheOther() {
    bothAreIn();
    RoomClient eve = nodes.client(1);
    eve.id();
    RealRedis.whileHung(
        () -> {
          bob.close();
          eve.join(room + "x");
          assertThat(eve.expect("error").getString("code")).isEqualTo("E503");
        });
    ann.expect("peer_disconnected");
    eve.join(room);
    eve.expect("room_joined");
    ann.expect("room_ready");
  }

  @Test
  void edgeWhoseLeaseLapsedTakesItsPlacesAnew() {
    bothAreIn();
    nodes.redis("hdel", "room:members:" + room, ann.id());
    nodes.clock.advance(Duration.ofMinutes(1));
    Await.until(() -> nodes.redis("hlen", "room:members:" + room).toInteger() == 2);
    assertThat(new JsonObject(bob.next()).getString("type")).startsWith("peer_");
    bob.expect("room_ready");
    ann.send("webrtc_offer", Map.of("sdp", "x"));
    bob.expect("webrtc_offer");
  }

  @Test
  void silentSocketIsDroppedAndOneThatAnswersPingsIsNot() throws IOException {
    restart(Map.of("SOCKET_PING_INTERVAL", "100", "ROOM_SOCKET_SILENCE", "500"));
    ann = nodes.in(0, room);
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), nodes.port(0))) {
      silent.setSoTimeout(10_000);
      silent.getOutputStream().write(RawSocket.upgradeRequest("/ws"));
      assertThat(readsPingAndClose(silent.getInputStream())).isTrue();
    }
    ann.hearsNothingMore();
  }

  /** True once a ping (0x89) and later a close frame (0x88) have come. */
  private static boolean readsPingAndClose(InputStream in) throws IOException {
    boolean pinged = false;
    for (int b = in.read(); b >= 0; b = in.read()) {
      pinged |= b == 0x89;
      if (pinged && b == 0x88) {
        return true;
      }
    }
    return false;
  }

  @Test
  void whoDoesNotReadIsDisconnected() {
    restart(Map.of("SLOW_CONSUMER_BYTES", "65536", "RATE_EVENTS_PER_SECOND", "0"));
    ann = nodes.in(0, room);
    bob = nodes.in(1, room);
    bob.expect("room_ready");
    ann.expect("room_ready");
    ann.webSocket().pause();
    String frame = "{\"type\":\"webrtc_offer\",\"sdp\":\"" + "x".repeat(60_000) + "\"}";
    for (int i = 0; i < 400; i++) {
      bob.send(frame);
    }
    Await.until(() -> nodes.redis("hlen", "room:members:" + room).toInteger() == 1, SLOW_SECONDS);
    bob.expect("peer_disconnected");
  }
}
