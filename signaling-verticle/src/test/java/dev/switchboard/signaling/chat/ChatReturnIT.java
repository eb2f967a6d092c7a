package dev.switchboard.signaling.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.signaling.edge.EdgeLease;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Members that come back: after a reload, with what they had buffered, while Redis is away. */
final class ChatReturnIT {
  private static final String ROOM = "room";
  private static final long IDLE_MILLIS = 1_800_000;

  private ChatNodes nodes;

  @BeforeEach
  void start() {
    RealRedis.flush();
    nodes = new ChatNodes(Map.of("RATE_RESERVE_PER_MINUTE", "0"));
  }

  @AfterEach
  void stop() {
    RealRedis.start();
    nodes.close();
  }

  private static JsonObject of(String userId) {
    return new JsonObject().put("sessionId", ROOM).put("userId", userId);
  }

  private static JsonObject message(String from, Object encrypted) {
    return new JsonObject()
        .put("sessionId", ROOM)
        .put("from", from)
        .put("to", "all")
        .put("encrypted", encrypted);
  }

  private ChatApp creator(JsonObject join) {
    ChatApp ann = nodes.guest(0);
    ann.tell("join-session", join.copy().put("isCreator", true));
    return ann;
  }

  private static String mode(ChatApp app) {
    return app.hear("session-metadata").getString("chatMode");
  }

  @Test
  void creatorOfAPasswordRoomFindsItAndOnceItIsLeftAlsoByTheKeyAlone() {
    JsonObject whole = ChatApp.join(ROOM + ":password:HASH", "ann", "K");
    JsonObject byKey = ChatApp.join(ROOM, "ann", "K");
    ChatApp ann = creator(whole);
    assertThat(mode(ann)).isEqualTo("password");
    ann.drop();
    // Who claims the creator's id is not known to be the creator, and messages may be kept.
    assertThat(creator(byKey).error()).isEqualTo("INVALID_PASSWORD");
    ChatApp again = creator(whole);
    assertThat(mode(again)).isEqualTo("password");
    again.ask("leave-session", of("ann"));
    ChatApp third = creator(byKey);
    assertThat(mode(third)).isEqualTo("password");
    ChatApp bob = nodes.guest(1);
    bob.tell("join-session", ChatApp.join(ROOM, "bob", "K"));
    assertThat(bob.error()).isEqualTo("INVALID_PASSWORD");
    JsonObject shown = ChatApp.join(ROOM + ":password:HASH", "bob", "");
    shown.remove("authKey");
    bob.tell("join-session", shown);
    assertThat(mode(bob)).isEqualTo("password");
  }

  @Test
  void whatIsSentBeforeTheJoinIsHandledAfterIt() {
    ChatApp ann = nodes.guest(0).create(ROOM, "ann", "group");
    ChatApp bob = nodes.guest(1);
    bob.tell("typing", of("bob").put("displayName", "Bob"));
    bob.tell("send-message", message("bob", "one"));
    bob.tell("send-message", message("bob", "two"));
    bob.tell("join-session", ChatApp.join(ROOM, "bob", "K"));
    assertThat(ann.hear("user-typing").getString("displayName")).isEqualTo("Bob");
    assertThat(ann.hear("new-message").getString("encrypted")).isEqualTo("one");
    assertThat(ann.hear("new-message").getString("encrypted")).isEqualTo("two");
    Await.until(() -> bob.all("message-sent").size() == 2);
    assertThat(bob.heard()).doesNotContain("session-error", "chat-error");
    ChatApp eve = nodes.guest(1);
    eve.tell("send-message", message("eve", "three"));
    assertThat(eve.error()).isEqualTo("FORBIDDEN");
    assertThat(ann.all("new-message")).hasSize(2);
  }

  @Test
  void idsMayBeNumbers() {
    JsonObject wanted = new JsonObject().put("sessionId", 4711).put("authKey", 12);
    assertThat(nodes.reserve(0, wanted).bodyAsJsonObject().getString("sessionId"))
        .isEqualTo("4711");
    ChatApp ann = nodes.guest(0);
    JsonObject join = new JsonObject().put("sessionId", 4711).put("authKey", 12);
    ann.tell("join-session", join.copy().put("userId", 1).put("isCreator", true));
    ann.hear("session-metadata");
    ChatApp bob = nodes.guest(1);
    bob.tell("join-session", join.copy().put("userId", "2").put("sessionId", "4711:12"));
    bob.hear("session-metadata");
    JsonObject message = message("", "x").put("sessionId", 4711).put("from", 1).put("to", 2);
    ann.tell("send-message", message.put("clientMessageId", 1764313200123L));
    JsonObject heard = bob.hear("new-message");
    assertThat(heard.getString("id")).isEqualTo("1764313200123");
    assertThat(heard.getString("from")).isEqualTo("1");
    assertThat(heard.getString("to")).isEqualTo("2");
    ann.ask("send-message", message.put("clientMessageId", 1764313200123.25));
    assertThat(bob.hear("new-message").getString("id")).isEqualTo("1764313200123.25");
  }

  @Test
  void namesMayBeNumbersAndTimesAsABrowserPrintsThem() {
    ChatApp ann = nodes.guest(0).create(ROOM, "ann", "group");
    ChatApp bob = nodes.guest(1);
    JsonObject join = ChatApp.join(ROOM, "bob", "K").put("displayName", 7);
    bob.tell("join-session", join.put("isCreator", "false"));
    assertThat(ann.hear("user-joined").getString("displayName")).isEqualTo("7");
    String time = "Sat Nov 28 2026 10:35:38 GMT+0100 (Central European Standard Time)";
    JsonObject download =
        of("bob").put("senderId", "ann").put("fileName", 5).put("timestamp", time);
    assertThat(bob.ask("file-downloaded", download).getBoolean("success")).isTrue();
    JsonObject told = ann.hear("download-notification");
    assertThat(told.getString("timestamp")).isEqualTo(time);
    assertThat(told.getString("fileName")).isEqualTo("5");
  }

  @Test
  void whoHasBeenInASessionIsNotThrownOutOfTheNext() {
    nodes.guest(0).create(ROOM, "ann", "group");
    ChatApp bob = nodes.guest(1);
    // as a stock client sends what its app emitted while it was offline
    bob.tell("leave-session", of("bob"));
    bob.tell("join-session", ChatApp.join(ROOM, "bob", "K"));
    bob.hear("session-metadata");
    bob.ask("leave-session", of("bob"));
    assertThat(bob.ask("leave-session", of("bob")).getBoolean("success")).isTrue();
    bob.tell("stopped-typing", of("bob"));
    assertThat(bob.chatError()).isEqualTo("FORBIDDEN");
    assertThat(bob.heard()).doesNotContain("session-error");
    bob.tell("join-session", ChatApp.join(ROOM, "bob", "wrong"));
    assertThat(bob.error()).isEqualTo("INVALID_KEY");
  }

  @Test
  void messageThatAHungRedisTookIsDeliveredOnce() {
    ChatApp ann = nodes.guest(0).create(ROOM, "ann", "group");
    ChatApp bob = nodes.guest(1).enter(ROOM, "bob");
    // once, so that Redis has the script
    ann.ask("send-message", message("ann", "w"));
    bob.hear("new-message");
    ann.hear("message-sent");
    JsonObject message = message("ann", "x").put("clientMessageId", "m1");
    RealRedis.whileHung(
        () -> {
          JsonObject answer = ann.ask("send-message", message);
          assertThat(answer.getJsonObject("error").getString("code"))
              .isEqualTo("STORE_UNAVAILABLE");
        });
    assertThat(bob.hear("new-message").getString("id")).isEqualTo("m1");
    assertThat(ann.hear("message-sent").getString("id")).isEqualTo("m1");
    assertThat(ann.ask("send-message", message).getBoolean("success")).isTrue();
    ann.ask("send-message", message("ann", "y"));
    assertThat(bob.hear("new-message").getString("encrypted")).isEqualTo("y");
  }

  @Test
  void whoLeavesWhileRedisIsAwayIsOutOnceItIsBack() {
    ChatApp ann = nodes.guest(0).create(ROOM, "ann", "group");
    ChatApp bob = nodes.guest(1).enter(ROOM, "bob");
    ChatApp eve = nodes.guest(1).enter(ROOM, "eve");
    RealRedis.stop();
    assertThat(bob.ask("leave-session", of("bob")).getBoolean("success")).isTrue();
    assertThat(eve.ask("leave-session", of("eve")).getBoolean("success")).isTrue();
    eve.tell("join-session", ChatApp.join(ROOM, "eve", "K"));
    RealRedis.start();
    assertThat(ann.hear("user-left").getString("userId")).isEqualTo("bob");
    Await.until(() -> eve.all("session-metadata").size() == 2);
    assertThat(ann.ask("send-message", message("ann", "x")).getBoolean("success")).isTrue();
    assertThat(eve.hear("new-message").getString("encrypted")).isEqualTo("x");
    assertThat(bob.all("new-message")).isEmpty();
  }

  @Test
  void memberThatLosesItsSocketWhileRedisIsAwayIsInAgainWhenItIsBack() {
    ChatApp ann = nodes.guest(0).create(ROOM, "ann", "private");
    ChatApp bob = nodes.guest(1).enter(ROOM, "bob");
    RealRedis.stop();
    bob.drop();
    ChatApp again = nodes.guest(1);
    again.tell("join-session", ChatApp.join(ROOM, "bob", "K"));
    again.tell("typing", of("bob"));
    ChatApp eve = nodes.guest(1);
    eve.tell("join-session", ChatApp.join(ROOM, "eve", "K"));
    assertThat(eve.error()).isEqualTo("STORE_UNAVAILABLE");
    JsonObject lost = again.ask("send-message", message("bob", "lost")).getJsonObject("error");
    assertThat(lost.getString("code")).isEqualTo("STORE_UNAVAILABLE");
    RealRedis.start();
    again.hear("public-keys-updated");
    assertThat(ann.ask("send-message", message("ann", "x")).getBoolean("success")).isTrue();
    assertThat(again.hear("new-message").getString("encrypted")).isEqualTo("x");
    again.tell("send-message", message("bob", "y"));
    assertThat(ann.hear("new-message").getString("encrypted")).isEqualTo("y");
    for (ChatApp app : List.of(ann, again)) {
      assertThat(app.heard()).doesNotContain("session-error", "chat-error", "(disconnect)");
    }
  }

  /** A member on an edge whose lease ran out at a time. */
  private void orphan(long leaseEnd) {
    nodes.bobOnADeadEdge(ROOM);
    nodes.redis("PEXPIRE", "chat:members:" + ROOM, "10000000");
    nodes.redis(
        "SADD", "edge:chat:dead.0", new JsonArray().add(ROOM).add("bob").add("gone").encode());
    nodes.redis("ZADD", "edge:leases", Long.toString(leaseEnd), "dead.0");
  }

  private long deadFor(long millis) {
    return nodes.clock.millis() - millis + EdgeLease.LEASE.toMillis();
  }

  private void awaitSweep() {
    Await.until(
        () -> {
          nodes.passHalfALease();
          return nodes.redis("EXISTS", "edge:chat:dead.0").toInteger() == 0;
        },
        20);
  }

  @Test
  void sessionWhoseNodesAllDiedLongAgoIsGoneAtOnce() {
    beginAndAbandon(IDLE_MILLIS + 1);
    ChatApp eve = nodes.guest(0);
    eve.tell("join-session", ChatApp.join(ROOM, "eve", "K"));
    assertThat(eve.error()).isEqualTo("SESSION_NOT_FOUND");
    assertThat(nodes.redis("KEYS", "chat:*:" + ROOM).size()).isZero();
    assertThat(nodes.redis("GET", "chat:total").toLong()).isZero();
    beginAndAbandon(IDLE_MILLIS + 1);
    awaitSweep();
    assertThat(nodes.redis("KEYS", "chat:*:" + ROOM).size()).isZero();
  }

  @Test
  void sessionWhoseNodesAllDiedIsIdleSinceThen() {
    beginAndAbandon(IDLE_MILLIS - 600_000);
    awaitSweep();
    List<Long> lives = nodes.lives("chat:*:" + ROOM);
    assertThat(lives).isNotEmpty().allMatch(life -> life <= 600_000);
  }

  private void beginAndAbandon(long millis) {
    nodes.passHalfALease();
    ChatApp ann = nodes.guest(0).create(ROOM, "ann", "group");
    ann.drop();
    Await.until(this::isAlone);
    orphan(deadFor(millis));
  }

  private boolean isAlone() {
    String ann = nodes.redis("HGET", "chat:members:" + ROOM, "ann").toString();
    return new JsonObject(ann).getString("socketId").isEmpty();
  }
}
