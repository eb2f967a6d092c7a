package dev.switchboard.signaling.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who comes back by another socket has its own place there at once. */
final class RoomReturnIT {
  private final String room = UUID.randomUUID().toString();
  private RoomNodes nodes;

  @BeforeEach
  void start() {
    nodes = new RoomNodes(Map.of());
  }

  @AfterEach
  void stop() {
    RealRedis.start();
    nodes.close();
  }

  private long members() {
    return nodes.redis("hlen", "room:members:" + room).toLong();
  }

  private String present(String name) {
    return String.valueOf(nodes.redis("hget", "room:present:" + room, name));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1", "1, 0", "1, 1"})
  void ownPlaceIsTakenAtOnceAndTheOtherHearsOfItOnce(int old, int back) {
    RoomClient ann = nodes.in(old, room, "ann");
    RoomClient bob = nodes.in(1, room, "bob");
    ann.expect("room_ready");
    bob.expect("room_ready");

    RoomClient again = nodes.client(back);
    again.joinAs(room, "ann");
    assertThat(again.expect("room_joined").getMap())
        .containsEntry("userCount", 2)
        .containsEntry("isInitiator", false)
        .containsEntry("ready", true);
    assertThat(again.expect("room_ready").getBoolean("isInitiator")).isFalse();
    bob.expect("peer_disconnected");
    assertThat(bob.expect("room_ready").getBoolean("isInitiator")).isTrue();
    assertThat(ann.expect("left_room").getString("roomId")).isEqualTo(room);
    ann.send("webrtc_offer", Map.of("sdp", "x"));
    assertThat(ann.error()).isEqualTo("Not in a valid room for WebRTC signaling");

    bob.send("webrtc_offer", Map.of("sdp", "v=0"));
    assertThat(again.expect("webrtc_offer").getString("from")).isEqualTo(bob.id());
    again.send("webrtc_answer", Map.of("sdp", "v=0"));
    assertThat(bob.expect("webrtc_answer").getString("from")).isEqualTo(again.id());
    ann.close();
    again.hearsNothingMore();
    bob.hearsNothingMore();
    assertThat(members()).isEqualTo(2);
    assertThat(present("ann")).isEqualTo("1");
  }

  @Test
  void ephemeralIdCountsAsWell() {
    RoomClient ann = nodes.in(0, room, "ann");
    RoomClient bob = nodes.client(0);
    bob.id();
    bob.send("join_room", Map.of("roomId", room, "ephemeralId", "bob"));
    bob.expect("room_joined");
    ann.expect("room_ready");
    RoomClient again = nodes.client(1);
    again.id();
    again.send("join_room", Map.of("roomId", room, "deviceId", "new", "ephemeralId", "bob"));
    assertThat(again.expect("room_joined").getBoolean("ready")).isTrue();
    ann.expect("peer_disconnected");
    ann.expect("room_ready");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whoWasAloneIsAloneAgain(int back) {
    RoomClient ann = nodes.in(0, room, "ann");
    RoomClient again = nodes.client(back);
    again.joinAs(room, "ann");
    assertThat(again.expect("room_joined").getMap())
        .containsEntry("userCount", 1)
        .containsEntry("isInitiator", true)
        .containsEntry("ready", false);
    ann.expect("left_room");
    again.hearsNothingMore();
    assertThat(members()).isEqualTo(1);
    assertThat(present("ann")).isEqualTo("1");
    assertThat(nodes.redis("exists", "room:full:" + room).toInteger()).isZero();
  }

  @Test
  void thirdPersonIsRefusedBeforeAndAfter() {
    RoomClient ann = nodes.in(0, room, "ann");
    RoomClient bob = nodes.in(1, room, "bob");
    bob.expect("room_ready");
    RoomClient eve = nodes.client(1);
    eve.joinAs(room, "eve");
    eve.expect("room_full");
    nodes.in(1, room, "ann").expect("room_ready");
    eve.joinAs(room, "eve");
    eve.expect("room_full");
    eve.join(room);
    eve.expect("room_full");
    ann.expect("room_ready");
    ann.expect("left_room");
    assertThat(members()).isEqualTo(2);
  }

  @Test
  void sameSocketThatJoinsAgainKeepsItsPlace() {
    RoomClient ann = nodes.in(0, room, "ann");
    RoomClient bob = nodes.in(1, room, "bob");
    ann.expect("room_ready");
    bob.expect("room_ready");
    ann.joinAs(room, "ann");
    assertThat(ann.expect("room_joined").getBoolean("isInitiator")).isTrue();
    ann.hearsNothingMore();
    bob.hearsNothingMore();
  }

  @Test
  void placeOnANodeThatDiedIsTakenBeforeThatIsNoticed() {
    RoomClient bob = nodes.in(0, room, "bob");
    JsonObject place =
        new JsonObject()
            .put("edge", "dead.0")
            .put("seat", 2)
            .put("ids", new JsonArray().add("ann"));
    nodes.redis("set", "room:seats", "5");
    nodes.redis("hset", "room:members:" + room, "gone", place.encode());
    nodes.redis("hset", "room:present:" + room, "ann", "1");
    String entry = new JsonArray().add("gone").add(room).encode();
    nodes.redis("sadd", "edge:rooms:dead.0", entry);

    RoomClient again = nodes.in(1, room, "ann");
    again.expect("room_ready");
    bob.expect("room_ready");
    assertThat(nodes.redis("exists", "edge:rooms:dead.0").toInteger()).isZero();
    nodes.redis("sadd", "edge:rooms:dead.0", entry);
    nodes.redis("zadd", "edge:leases", Long.toString(nodes.clock.millis()), "dead.0");
    Await.until(
        () -> {
          nodes.passHalfALease();
          return nodes.redis("exists", "edge:rooms:dead.0").toInteger() == 0;
        },
        30);
    bob.hearsNothingMore();
    assertThat(members()).isEqualTo(2);
  }

  @Test
  void oldSocketThatDidNotHearOfItDoesNotComeInAgain() {
    RoomClient ann = nodes.in(0, room, "ann");
    String place = nodes.redis("hget", "room:members:" + room, ann.id()).toString();
    nodes.redis("hdel", "room:members:" + room, ann.id());
    nodes.redis("hset", "room:members:" + room, "elsewhere", place);
    nodes.clock.advance(Duration.ofMinutes(1));
    ann.expect("left_room");
    assertThat(members()).isEqualTo(1);
  }

  @Test
  void whileRedisHangsTheOtherMissesWhoTriedToComeBackAndTheNextAttemptIsIn() {
    RoomClient ann = nodes.in(0, room, "ann");
    RoomClient bob = nodes.in(1, room, "bob");
    ann.expect("room_ready");
    bob.expect("room_ready");
    RoomClient again = nodes.client(0);
    again.id();
    RealRedis.whileHung(
        () -> {
          again.joinAs(room, "ann");
          assertThat(again.expect("error").getString("code")).isEqualTo("E503");
        });
    bob.expect("peer_disconnected");
    again.joinAs(room, "ann");
    assertThat(again.expect("room_joined").getBoolean("ready")).isTrue();
    bob.expect("room_ready");
    assertThat(members()).isEqualTo(2);
  }
}
