package dev.switchboard.signaling.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What size, limits, time and an absent Redis do to chat. Each test has nodes of its own. */
final class ChatLimitsIT {
  private static final String ROOM = "room";
  private static final int LARGEST = 20_971_520;
  private ChatNodes nodes;

  @BeforeEach
  void empty() {
    RealRedis.flush();
  }

  @AfterEach
  void stop() {
    RealRedis.start();
    nodes.close();
  }

  private void start(Map<String, String> settings) {
    nodes = new ChatNodes(settings);
  }

  private static JsonObject message(String from, String encrypted) {
    return new JsonObject().put("sessionId", ROOM).put("from", from).put("encrypted", encrypted);
  }

  private static List<String> history(ChatApp app) {
    return app.all("messages-history").getLast().getJsonArray("list").stream()
        .map(it -> ((JsonObject) it).getString("encrypted"))
        .toList();
  }

  /** So many characters that differ from place to place. */
  private static String picture(int size) {
    StringBuilder text = new StringBuilder(size);
    while (text.length() < size) {
      text.append(text.length()).append('/');
    }
    text.setLength(size);
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource({"0,websocket", "1,websocket", "0,polling", "1,polling"})
  void largestMessageArrivesWholeAndInOrder(int other, String transport) {
    start(Map.of());
    try (RawApp ann = new RawApp(nodes.vertx, nodes.url(0))) {
      ann.tell("join-session", ChatApp.join(ROOM, "ann", "K").put("isCreator", true));
      ann.hearEvent("session-metadata");
      ChatApp bob = nodes.app(other, "", transport).connect().enter(ROOM, "bob");
      String picture = picture(LARGEST);
      ann.tell("send-message", message("ann", "before"));
      ann.tell("send-message", message("ann", picture).put("originalContent", "mine"));
      ann.tell("send-message", message("ann", "after"));
      assertThat(bob.hear("new-message").getString("encrypted")).isEqualTo("before");
      assertThat(bob.hear("new-message").getString("encrypted").equals(picture)).isTrue();
      assertThat(bob.hear("new-message").getString("encrypted")).isEqualTo("after");
      ann.hearEvent("message-sent");
      assertThat(ann.hearEvent("message-sent").contains('"' + picture + '"')).isTrue();
      ChatApp eve = nodes.app(other, "", transport).connect().enter(ROOM, "eve");
      assertThat(history(eve).equals(List.of("before", picture, "after"))).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void largestMessageCanBeSentOverPolling(int other) {
    start(Map.of());
    ChatApp ann = nodes.app(0, "", "polling").connect().create(ROOM, "ann", "group");
    ChatApp bob = nodes.guest(other).enter(ROOM, "bob");
    String picture = picture(LARGEST);
    assertThat(ann.ask("send-message", message("ann", picture)).getBoolean("success")).isTrue();
    assertThat(bob.hear("new-message").getString("encrypted").equals(picture)).isTrue();
    ann.tell("send-message", message("ann", "after"));
    assertThat(bob.hear("new-message").getString("encrypted")).isEqualTo("after");
  }

  @Test
  void largeFramesAreReadOnlyOnceASessionIsJoined() {
    start(Map.of());
    try (RawApp ann = new RawApp(nodes.vertx, nodes.url(0))) {
      ann.tell("send-message", message("ann", picture(100_000)));
      assertThat(ann.hearEvent("session-error")).contains("MESSAGE_TOO_LARGE");
      ann.tell("send-message", message("ann", picture(1_100_000)));
      ann.hear("(closed)");
    }
    try (RawApp ann = new RawApp(nodes.vertx, nodes.url(0))) {
      ann.tell("join-session", ChatApp.join(ROOM, "ann", "K").put("isCreator", true));
      ann.hearEvent("session-metadata");
      ann.tell("send-message", message("ann", picture(1_100_000)));
      ann.hearEvent("message-sent");
      ann.tell("leave-session", new JsonObject().put("sessionId", ROOM).put("userId", "ann"));
      ann.tell("join-session", ChatApp.join(ROOM, "ann", "K"));
      assertThat(ann.hearEvent("session-error")).contains("SESSION_NOT_FOUND");
      ann.tell("send-message", message("ann", picture(1_100_000)));
      ann.hear("(closed)");
    }
  }

  @Test
  void messageBeyondTheLimitClosesTheSocketBeforeItIsGathered() {
    start(Map.of("SOCKET_MAX_BYTES", "200000"));
    try (RawApp ann = new RawApp(nodes.vertx, nodes.url(0))) {
      ann.tell("join-session", ChatApp.join(ROOM, "ann", "K").put("isCreator", true));
      ann.hearEvent("session-metadata");
      ann.tell("send-message", message("ann", picture(200_000)));
      ann.hearEvent("message-sent");
      ann.tell("send-message", message("ann", picture(2_000_000)));
      ann.hear("(closed)");
    }
  }

  @Test
  void historyIsBoundedInCountAndOldestGoFirst() {
    start(Map.of("CHAT_HISTORY_MESSAGES", "5"));
    ChatApp ann = nodes.guest(0).create(ROOM, "ann", "group");
    for (int i = 0; i < 9; i++) {
      ann.ask("send-message", message("ann", "m" + i).put("originalContent", i));
    }
    ChatApp bob = nodes.guest(1).enter(ROOM, "bob");
    assertThat(history(bob)).containsExactly("m4", "m5", "m6", "m7", "m8");
    assertThat(nodes.redis("HLEN", "chat:bodies:" + ROOM).toInteger()).isEqualTo(10);
    assertThat(nodes.redis("HLEN", "chat:ids:" + ROOM).toInteger()).isEqualTo(10);
  }

  @Test
  void historyIsBoundedInBytesAndCountedExactly() {
    start(Map.of("CHAT_HISTORY_BYTES", "2000000"));
    ChatApp ann = nodes.guest(0).create(ROOM, "ann", "group");
    for (int i = 0; i < 6; i++) {
      ann.ask("send-message", message("ann", i + picture(600_000)));
    }
    ChatApp bob = nodes.guest(1).enter(ROOM, "bob");
    assertThat(history(bob).stream().map(text -> text.charAt(0))).containsExactly('3', '4', '5');
    long kept = nodes.redis("HGET", "chat:session:" + ROOM, "bytes").toLong();
    assertThat(kept).isBetween(1_800_000L, 2_000_000L);
    assertThat(nodes.redis("GET", "chat:total").toLong())
        .isEqualTo(nodes.redis("HGET", "chat:usage", ROOM).toLong())
        .isBetween(kept, kept + 3_000);
    assertThat(nodes.redis("HLEN", "chat:uploads:" + ROOM).toInteger()).isZero();
    bob.ask("leave-session", new JsonObject().put("sessionId", ROOM).put("userId", "bob"));
    ann.ask("leave-session", new JsonObject().put("sessionId", ROOM).put("userId", "ann"));
    assertThat(nodes.redis("GET", "chat:total").toLong()).isZero();
  }

  @Test
  void fullStorageIsRefusedUntilSessionsHaveExpired() {
    start(
        Map.of(
            "CHAT_MAX_BYTES", "70000",
            "CHAT_IDLE_TTL", "1000",
            "RATE_CHAT_PER_SECOND", "0",
            "RATE_EVENTS_PER_SECOND", "0"));
    ChatApp ann = nodes.guest(0).create(ROOM, "ann", "group");
    ann.ask("send-message", message("ann", picture(40_000)));
    ann.tell("send-message", message("ann", picture(40_000)));
    assertThat(ann.chatError()).isEqualTo("STORAGE_FULL");
    ChatApp bob = nodes.guest(1).create("other", "bob", "group");
    JsonObject large = message("bob", picture(600_000)).put("sessionId", "other");
    bob.tell("send-message", large);
    assertThat(bob.chatError()).isEqualTo("STORAGE_FULL");
    JsonObject small = message("bob", picture(40_000)).put("sessionId", "other");
    // Bob's own session lives on by what he does, Ann's expires.
    JsonObject typing = new JsonObject().put("sessionId", "other").put("userId", "bob");
    Await.until(
        () ->
            bob.ask("typing", typing).getBoolean("success")
                && bob.ask("send-message", small).getBoolean("success"));
    assertThat(nodes.redis("EXISTS", "chat:session:" + ROOM).toInteger()).isZero();
    assertThat(nodes.redis("HGET", "chat:usage", ROOM)).isNull();
    ann.tell("send-message", message("ann", "late"));
    assertThat(ann.error()).isEqualTo("SESSION_NOT_FOUND");
  }

  @Test
  void sessionWithAMemberLivesFourTimesAsLong() {
    start(Map.of("CHAT_IDLE_TTL", "100000"));
    ChatApp ann = nodes.guest(0).create(ROOM, "ann", "group");
    ann.ask("send-message", message("ann", picture(700_000)));
    assertThat(nodes.lives("chat:*:" + ROOM)).isNotEmpty().allMatch(life -> life > 300_000);
    ann.drop();
    Await.until(() -> nodes.lives("chat:*:" + ROOM).stream().allMatch(life -> life <= 100_000));
    assertThat(nodes.lives("chat:*:" + ROOM)).isNotEmpty();
  }

  @Test
  void sessionWithoutActivityIsGone() {
    start(Map.of("CHAT_IDLE_TTL", "300"));
    ChatApp ann = nodes.guest(0).create(ROOM, "ann", "group");
    ann.ask("send-message", message("ann", "x"));
    Await.until(() -> nodes.lives("chat:*:" + ROOM).isEmpty());
    ann.tell("send-message", message("ann", "y"));
    assertThat(ann.error()).isEqualTo("SESSION_NOT_FOUND");
    ChatApp bob = nodes.guest(1);
    bob.tell("join-session", ChatApp.join(ROOM, "bob", "K"));
    assertThat(bob.error()).isEqualTo("SESSION_NOT_FOUND");
  }

  @Test
  void messagesBeyondTheRateAreNotTaken() {
    start(Map.of("RATE_CHAT_PER_SECOND", "1", "RATE_CHAT_BURST", "3"));
    ChatApp ann = nodes.guest(0).create(ROOM, "ann", "group");
    for (int i = 0; i < 6; i++) {
      ann.tell("send-message", message("ann", "m" + i));
    }
    assertThat(ann.chatError()).isEqualTo("RATE_LIMITED");
    Await.until(() -> ann.all("message-sent").size() + ann.all("chat-error").size() == 6);
    ChatApp bob = nodes.guest(1).enter(ROOM, "bob");
    assertThat(history(bob)).hasSize(ann.all("message-sent").size()).startsWith("m0", "m1", "m2");
  }

  @Test
  void reservationsOfAnAddressAreLimitedOverAllNodes() {
    start(Map.of("RATE_RESERVE_PER_MINUTE", "3"));
    for (int i = 0; i < 3; i++) {
      JsonObject body = new JsonObject().put("sessionId", "s" + i).put("authKey", "K");
      assertThat(nodes.reserve(i % 2, body).statusCode()).isEqualTo(200);
    }
    var limited = nodes.reserve(1, new JsonObject().put("sessionId", "s3").put("authKey", "K"));
    assertThat(limited.statusCode()).isEqualTo(429);
    assertThat(limited.getHeader("retry-after")).isNotNull();
  }

  @Test
  void messagesAndJoinsWaitForTheStoreAndNobodyIsThrownOut() {
    start(Map.of());
    ChatApp ann = nodes.guest(0).create(ROOM, "ann", "group");
    ChatApp bob = nodes.guest(1).enter(ROOM, "bob");
    ChatApp eve = nodes.guest(1);
    RealRedis.stop();
    bob.tell("typing", new JsonObject().put("sessionId", ROOM).put("userId", "bob"));
    bob.tell("get-public-keys", new JsonObject().put("sessionId", ROOM).put("userId", "bob"));
    ann.tell("send-message", message("ann", "first"));
    ann.tell("send-message", message("ann", "second"));
    eve.tell("join-session", ChatApp.join(ROOM, "eve", "K"));
    RealRedis.start();
    assertThat(bob.hear("new-message").getString("encrypted")).isEqualTo("first");
    assertThat(bob.hear("new-message").getString("encrypted")).isEqualTo("second");
    eve.hear("session-metadata");
    for (ChatApp app : List.of(ann, bob, eve)) {
      assertThat(app.heard()).doesNotContain("session-error", "chat-error");
    }
    assertThat(ann.all("message-sent")).hasSize(2);
  }

  @Test
  void absentRedisIsToldAfterAWhileAndAllIsWellAfterwards() {
    start(Map.of());
    ChatApp ann = nodes.guest(0).create(ROOM, "ann", "group");
    ChatApp bob = nodes.guest(1).enter(ROOM, "bob");
    ann.ask("send-message", message("ann", "kept"));
    ChatApp eve = nodes.guest(1);
    RealRedis.stop();
    ann.tell("send-message", message("ann", "lost"));
    eve.tell("join-session", ChatApp.join(ROOM, "eve", "K"));
    assertThat(ann.chatError()).isEqualTo("STORE_UNAVAILABLE");
    assertThat(eve.error()).isEqualTo("STORE_UNAVAILABLE");
    bob.drop();
    JsonObject wanted = new JsonObject().put("sessionId", "s").put("authKey", "K");
    assertThat(nodes.reserve(0, wanted).statusCode()).isEqualTo(503);
    RealRedis.start();
    ann.hear("user-left");
    assertThat(ann.ask("send-message", message("ann", "again")).getBoolean("success")).isTrue();
    eve.tell("join-session", ChatApp.join(ROOM, "eve", "K"));
    eve.hear("public-keys-updated");
    assertThat(history(eve)).startsWith("kept").endsWith("again");
  }

  @Test
  void membersOfADeadEdgeAreDroppedByAnother() {
    start(Map.of());
    ChatApp ann = nodes.guest(0).create(ROOM, "ann", "private");
    ann.ask("send-message", message("ann", "kept"));
    nodes.bobOnADeadEdge(ROOM);
    nodes.redis("HSET", "chat:pubkeys:" + ROOM, "bob", "\"key\"");
    nodes.redis(
        "SADD", "edge:chat:dead.0", new JsonArray().add(ROOM).add("bob").add("gone").encode());
    nodes.redis("ZADD", "edge:leases", "1", "dead.0");
    Await.until(
        () -> {
          nodes.passHalfALease();
          return ann.heard().contains("user-left");
        },
        20);
    assertThat(ann.hear("user-left").getString("userId")).isEqualTo("bob");
    ann.hear("public-keys-updated");
    Await.until(() -> nodes.redis("EXISTS", "edge:chat:dead.0").toInteger() == 0);
    ChatApp bob = nodes.guest(1).enter(ROOM, "bob");
    assertThat(history(bob)).containsExactly("kept");
  }

  @Test
  void deadNodeIsNoticedWhenAMessageIsForIt() {
    start(Map.of());
    ChatApp ann = nodes.guest(0).create(ROOM, "ann", "group");
    nodes.bobOnADeadEdge(ROOM);
    ann.ask("send-message", message("ann", "x"));
    assertThat(ann.hear("user-left").getString("userId")).isEqualTo("bob");
  }
}
