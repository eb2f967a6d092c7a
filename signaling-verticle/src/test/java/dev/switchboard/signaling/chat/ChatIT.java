package dev.switchboard.signaling.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chat between members of one node and of two. Each test has a session of its own. */
final class ChatIT {
  private static ChatNodes nodes;
  private static int tests;

  private String room;

  @BeforeAll
  static void start() {
    RealRedis.flush();
    nodes = new ChatNodes(Map.of("RATE_RESERVE_PER_MINUTE", "0"));
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @BeforeEach
  void name() {
    room = "room" + tests++;
  }

  @AfterEach
  void hangUp() {
    nodes.hangUp();
  }

  private JsonObject of(String userId) {
    return new JsonObject().put("sessionId", room).put("userId", userId);
  }

  private JsonObject message(String from, String to, String encrypted) {
    return new JsonObject()
        .put("sessionId", room)
        .put("from", from)
        .put("to", to)
        .put("encrypted", encrypted);
  }

  private static List<String> users(JsonObject keys) {
    return keys.getJsonArray("list").stream()
        .map(it -> ((JsonObject) it).getString("userId"))
        .toList();
  }

  private static List<String> texts(List<JsonObject> messages) {
    return messages.stream().map(message -> message.getString("encrypted")).toList();
  }

  private static List<String> history(JsonObject event) {
    return event.getJsonArray("list").stream()
        .map(it -> ((JsonObject) it).getString("encrypted"))
        .toList();
  }

  private int reserve(String sessionId, String key, String mode) {
    return nodes
        .reserve(
            0,
            new JsonObject().put("sessionId", sessionId).put("authKey", key).put("chatMode", mode))
        .statusCode();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void joiningIsToldInOrder(int other) {
    ChatApp ann = nodes.guest(0).create(room, "ann", "private");
    assertThat(ann.heard())
        .containsExactly(
            "(connect)", "messages-history", "session-metadata", "public-keys-updated");
    ann.forget();
    ChatApp bob = nodes.guest(other).enter(room, "bob");
    assertThat(bob.heard())
        .containsExactly(
            "(connect)", "messages-history", "session-metadata", "public-keys-updated");
    assertThat(bob.all("session-metadata").getFirst())
        .isEqualTo(
            new JsonObject()
                .put("chatMode", "private")
                .putNull("encryptedSessionKey")
                .putNull("sessionKey"));
    JsonObject keys = ann.hear("public-keys-updated");
    assertThat(keys).isEqualTo(bob.all("public-keys-updated").getFirst());
    assertThat(keys.getJsonArray("list").getJsonObject(0))
        .isEqualTo(
            new JsonObject()
                .put("userId", "ann")
                .put("publicKey", "key of ann")
                .put("displayName", "ANN")
                .put("joinedAt", nodes.clock.millis()));
    assertThat(users(keys)).containsExactlyInAnyOrder("ann", "bob");
    assertThat(ann.heard()).containsExactly("user-joined", "public-keys-updated");
    assertThat(ann.all("user-joined").getFirst())
        .isEqualTo(
            new JsonObject()
                .put("userId", "bob")
                .put("displayName", "BOB")
                .put("timestamp", nodes.clock.millis()));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void messagesGoToAllOrToOneInOrderAndOnce(int other) {
    ChatApp ann = nodes.guest(0).create(room, "ann", "group");
    ChatApp bob = nodes.guest(other).enter(room, "bob");
    ChatApp eve = nodes.guest(1 - other).enter(room, "eve");
    for (int i = 0; i < 15; i++) {
      ann.tell("send-message", message("ann", i % 3 == 0 ? "bob" : "all", "m" + i));
      bob.tell("send-message", message("bob", "all", "b" + i).put("type", "emoji"));
    }
    Await.until(() -> bob.all("new-message").size() == 15 && ann.all("message-sent").size() == 15);
    Await.until(() -> eve.all("new-message").size() == 25 && ann.all("new-message").size() == 15);
    List<String> all = new ArrayList<>();
    List<String> shared = new ArrayList<>();
    List<String> bobs = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      all.add("m" + i);
      bobs.add("b" + i);
      if (i % 3 != 0) {
        shared.add("m" + i);
      }
    }
    assertThat(texts(bob.all("new-message"))).isEqualTo(all);
    assertThat(texts(ann.all("new-message"))).isEqualTo(bobs);
    assertThat(texts(ann.all("message-sent"))).isEqualTo(all);
    List<JsonObject> seen = eve.all("new-message");
    assertThat(texts(seen.stream().filter(it -> it.getString("from").equals("ann")).toList()))
        .isEqualTo(shared);
    assertThat(texts(seen.stream().filter(it -> it.getString("from").equals("bob")).toList()))
        .isEqualTo(bobs);
    JsonObject one = ann.all("new-message").getFirst();
    assertThat(one.remove("id")).isInstanceOf(String.class);
    assertThat(one)
        .isEqualTo(
            new JsonObject()
                .put("from", "bob")
                .put("to", "all")
                .put("encrypted", "b0")
                .put("timestamp", nodes.clock.millis())
                .put("type", "emoji")
                .put("senderDisplayName", "BOB"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void historyHasWhatConcernsTheJoinerAndAuthorsTheirOwnContent(int other) {
    ChatApp ann = nodes.guest(0).create(room, "ann", "group");
    nodes.guest(other).enter(room, "bob");
    ann.ask("send-message", message("ann", "all", "1").put("originalContent", "secret 1"));
    ann.ask("send-message", message("ann", "bob", "2"));
    ann.ask("send-message", message("ann", "eve", "3"));
    JsonObject copy = message("ann", "bob", "for bob").put("clientMessageId", "c");
    ann.ask("send-message", copy.copy());
    ann.ask(
        "send-message",
        message("ann", "eve", "for eve")
            .put("clientMessageId", "c")
            .put("originalContent", new JsonObject().put("text", "hi")));
    assertThat(ann.all("message-sent")).hasSize(4);
    ChatApp eve = nodes.guest(1).enter(room, "eve");
    JsonObject seen = eve.all("messages-history").getFirst();
    assertThat(history(seen)).containsExactly("1", "3", "for eve");
    assertThat(seen.encode()).doesNotContain("originalContent").doesNotContain("secret");
    ChatApp again = nodes.guest(1).enter(room, "ann");
    JsonArray own = again.all("messages-history").getFirst().getJsonArray("list");
    assertThat(own).hasSize(4);
    assertThat(own.getJsonObject(0).getString("originalContent")).isEqualTo("secret 1");
    assertThat(own.getJsonObject(3).getJsonObject("originalContent").getString("text"))
        .isEqualTo("hi");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void repeatedSendIsDeliveredOnce(int other) {
    ChatApp ann = nodes.guest(0).create(room, "ann", "group");
    ChatApp bob = nodes.guest(other).enter(room, "bob");
    JsonObject message = message("ann", "all", "x").put("clientMessageId", "id 1");
    for (int i = 0; i < 3; i++) {
      JsonObject answer = ann.ask("send-message", message);
      assertThat(answer.getBoolean("success")).isTrue();
      assertThat(answer.getString("id")).isEqualTo("id 1");
    }
    bob.ask("send-message", message("bob", "all", "same id").put("clientMessageId", "id 1"));
    ann.ask("send-message", message("ann", "all", "last"));
    Await.until(() -> texts(bob.all("new-message")).contains("last"));
    assertThat(texts(bob.all("new-message"))).containsExactly("x", "last");
    assertThat(texts(ann.all("new-message"))).containsExactly("same id");
    assertThat(texts(ann.all("message-sent"))).containsExactly("x", "last");
    ChatApp eve = nodes.guest(0).enter(room, "eve");
    assertThat(history(eve.all("messages-history").getFirst()))
        .containsExactly("x", "same id", "last");
  }

  @Test
  void refusalsToJoinHaveTheirCodesAndWords() {
    ChatApp ann = nodes.guest(0);
    ann.tell("join-session", ChatApp.join(room, "ann", "K"));
    assertThat(ann.hear("session-error"))
        .isEqualTo(
            new JsonObject()
                .put("error", "SESSION_NOT_FOUND")
                .put("message", "Session not found. Please check the session link.")
                .put("event", "join-session"));
    assertThat(reserve(room, "K", "private")).isEqualTo(200);
    assertThat(reserve(room, "L", "private")).isEqualTo(409);
    ann.tell("join-session", ChatApp.join(room, "ann", "K"));
    assertThat(ann.hear("session-error").getString("message"))
        .isEqualTo("Room not active yet. Please wait for the creator to join first.");
    ann.tell("join-session", ChatApp.join(room, "ann", "L").put("isCreator", true));
    assertThat(ann.error()).isEqualTo("INVALID_KEY");
    ann.create(room, "ann", "group");
    ChatApp bob = nodes.guest(1);
    bob.tell("join-session", ChatApp.join(room, "bob", "L"));
    assertThat(bob.hear("session-error").getString("message"))
        .isEqualTo("Invalid authentication key. Please check your link and try again.");
    bob.tell("join-session", ChatApp.join(room + ":K", "bob", ""));
    bob.hear("public-keys-updated");
    ChatApp eve = nodes.guest(1);
    eve.tell("join-session", ChatApp.join(room, "eve", "K"));
    assertThat(eve.hear("session-error").getString("message"))
        .isEqualTo("This room is full. Only 2 members allowed.");
    assertThat(eve.ask("join-session", ChatApp.join(room, "eve", "K")).getJsonObject("error"))
        .isEqualTo(
            new JsonObject()
                .put("code", "SESSION_FULL")
                .put("message", "This room is full. Only 2 members allowed."));
  }

  @Test
  void passwordRoomTellsAWrongPasswordFromAWrongKey() {
    assertThat(reserve(room, "K:HASH", "password")).isEqualTo(200);
    ChatApp ann = nodes.guest(0);
    ann.tell("join-session", ChatApp.join(room, "ann", "K:HASH").put("isCreator", true));
    assertThat(ann.hear("session-metadata").getString("chatMode")).isEqualTo("password");
    ChatApp bob = nodes.guest(1);
    bob.tell("join-session", ChatApp.join(room, "bob", "K:WRONG"));
    assertThat(bob.error()).isEqualTo("INVALID_PASSWORD");
    bob.tell("join-session", ChatApp.join(room, "bob", "L:HASH"));
    assertThat(bob.error()).isEqualTo("INVALID_KEY");
    bob.tell("join-session", ChatApp.join(room + ":password:WRONG", "bob", "K"));
    assertThat(bob.error()).isEqualTo("INVALID_PASSWORD");
    bob.tell("join-session", ChatApp.join(room + ":password:HASH", "bob", "K"));
    bob.hear("session-metadata");
  }

  @Test
  void hashOfThePasswordAloneOpensAPasswordRoom() {
    ChatApp ann = nodes.guest(0);
    ann.tell(
        "join-session",
        ChatApp.join(room + ":password:HASH", "ann", "K")
            .put("isCreator", true)
            .put("chatMode", "password"));
    ann.hear("session-metadata");
    ChatApp bob = nodes.guest(1);
    JsonObject wrong = ChatApp.join(room + ":password:WRONG", "bob", "K");
    wrong.remove("authKey");
    bob.tell("join-session", wrong);
    assertThat(bob.error()).isEqualTo("INVALID_PASSWORD");
    String shown = room + ":password:HASH";
    bob.tell("join-session", wrong.copy().put("sessionId", shown));
    bob.hear("session-metadata");
    JsonObject sent = message("bob", "all", "hi").put("sessionId", shown);
    assertThat(bob.ask("send-message", sent).getBoolean("success")).isTrue();
    assertThat(ann.hear("new-message").getString("encrypted")).isEqualTo("hi");
    ChatApp eve = nodes.guest(0);
    eve.tell("join-session", wrong.copy().put("sessionId", shown).put("userId", "eve"));
    assertThat(eve.error()).isEqualTo("SESSION_FULL");
  }

  @Test
  void authorGetsTheOriginalContentBackAndNobodyElse() {
    ChatApp ann = nodes.guest(0).create(room, "ann", "group");
    ChatApp bob = nodes.guest(1).enter(room, "bob");
    JsonObject content = new JsonObject().put("text", "plain").put("n", 1);
    ann.tell("send-message", message("ann", "all", "x").put("originalContent", content));
    assertThat(ann.hear("message-sent").getJsonObject("originalContent")).isEqualTo(content);
    assertThat(bob.hear("new-message").containsKey("originalContent")).isFalse();
    ann.tell("send-message", message("ann", "all", "y"));
    assertThat(ann.hear("message-sent").containsKey("originalContent")).isFalse();
  }

  @Test
  void downloadIsToldUnderTheNameThatTheAppGives() {
    ChatApp ann = nodes.guest(0).create(room, "ann", "group");
    ChatApp bob = nodes.guest(1).enter(room, "bob");
    JsonObject download =
        new JsonObject()
            .put("sessionId", room)
            .put("downloadedBy", "Bob the Builder")
            .put("senderId", "ann")
            .put("fileName", "a.png")
            .put("timestamp", 5);
    bob.tell("file-downloaded", download);
    assertThat(ann.hear("download-notification"))
        .isEqualTo(
            new JsonObject()
                .put("downloadedBy", "Bob the Builder")
                .put("fileName", "a.png")
                .put("timestamp", 5));
    ChatApp stranger = nodes.guest(1);
    stranger.tell("file-downloaded", download);
    assertThat(stranger.error()).isEqualTo("FORBIDDEN");
  }

  @ParameterizedTest
  @ValueSource(strings = {"private", "password"})
  void creatorWhoLeftAloneFindsModeAndKeyAsTheyWere(String mode) {
    String shown = mode.equals("password") ? room + ":password:HASH" : room;
    JsonObject join = ChatApp.join(shown, "ann", "K").put("isCreator", true);
    ChatApp ann = nodes.guest(0);
    ann.tell("join-session", join.copy().put("chatMode", mode));
    ann.hear("public-keys-updated");
    ann.ask("leave-session", of("ann"));
    ChatApp bob = nodes.guest(1);
    bob.tell("join-session", ChatApp.join(room, "bob", "K"));
    assertThat(bob.error()).isEqualTo("SESSION_NOT_FOUND");
    ann.tell("join-session", join.copy());
    ann.hear("session-metadata");
    assertThat(ann.hear("session-metadata").getString("chatMode")).isEqualTo(mode);
    ann.ask("leave-session", of("ann"));
    // who shows another key begins anew
    ann.tell("join-session", ChatApp.join(room, "ann", "other").put("isCreator", true));
    assertThat(ann.hear("session-metadata").getString("chatMode")).isEqualTo("group");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void onlyTheMembersOwnSocketActsForIt(int other) {
    ChatApp ann = nodes.guest(0).create(room, "ann", "group");
    ChatApp bob = nodes.guest(other).enter(room, "bob");
    ChatApp stranger = nodes.guest(other);
    bob.tell("send-message", message("ann", "all", "forged"));
    assertThat(bob.chatError()).isEqualTo("FORBIDDEN");
    for (String event : List.of("save-public-key", "typing", "stopped-typing", "leave-session")) {
      bob.tell(event, of("ann").put("publicKey", "forged").put("displayName", "x"));
      assertThat(bob.chatError()).as(event).isEqualTo("FORBIDDEN");
    }
    bob.tell("join-session", ChatApp.join(room, "ann", "K"));
    assertThat(bob.chatError()).isEqualTo("FORBIDDEN");
    stranger.tell("send-message", message("ann", "all", "forged"));
    assertThat(stranger.error()).isEqualTo("FORBIDDEN");
    bob.tell(
        "set-session-key", of("bob").put("encryptedKeys", new JsonObject().put("ann", "forged")));
    assertThat(bob.chatError()).isEqualTo("FORBIDDEN");
    stranger.tell("get-public-keys", of("ann"));
    assertThat(stranger.hear("public-keys-updated").getJsonArray("list")).isEmpty();
    assertThat(stranger.all("session-error")).hasSize(1);
    bob.tell("get-public-keys", of("bob"));
    assertThat(users(bob.hear("public-keys-updated"))).containsExactly("ann");
    assertThat(ann.all("new-message")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void laterJoinTakesTheMemberOver(int other) {
    ChatApp ann = nodes.guest(0).create(room, "ann", "private");
    ChatApp first = nodes.guest(other).enter(room, "bob");
    ann.hear("user-joined");
    ann.hear("public-keys-updated");
    ann.forget();
    ChatApp second = nodes.guest(1 - other);
    second.tell("join-session", ChatApp.join(room, "bob", "K").put("publicKey", "new key"));
    second.hear("public-keys-updated");
    assertThat(first.error()).isEqualTo("REPLACED");
    ann.hear("public-keys-updated");
    assertThat(ann.heard()).containsExactly("key-changed", "public-keys-updated");
    assertThat(ann.all("key-changed").getFirst())
        .isEqualTo(new JsonObject().put("userId", "bob").put("timestamp", nodes.clock.millis()));
    first.tell("send-message", message("bob", "all", "late"));
    assertThat(first.chatError()).isEqualTo("FORBIDDEN");
    ChatApp third = nodes.guest(other);
    third.tell("join-session", ChatApp.join(room, "bob", "K").putNull("publicKey"));
    JsonObject keys = third.hear("public-keys-updated");
    assertThat(keys.encode()).contains("new key");
    ann.ask("send-message", message("ann", "bob", "hello"));
    third.hear("new-message");
    assertThat(second.all("new-message")).isEmpty();
    assertThat(ann.heard()).doesNotContain("user-left", "user-joined");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void memberWithATokenIsNotTakenOverWithoutOne(int other) {
    ChatApp ann = nodes.signedIn(0, "ann").create(room, "ann", "private");
    ChatApp thief = nodes.guest(other);
    thief.tell("join-session", ChatApp.join(room, "ann", "K"));
    assertThat(thief.error()).isEqualTo("FORBIDDEN");
    ChatApp other1 = nodes.signedIn(other, "eve");
    other1.tell("join-session", ChatApp.join(room, "ann", "K"));
    assertThat(other1.error()).isEqualTo("FORBIDDEN");
    nodes.signedIn(other, "ann").enter(room, "ann");
    assertThat(ann.error()).isEqualTo("REPLACED");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void droppedMemberKeepsItsSeatForAMinute(int other) {
    ChatApp ann = nodes.guest(0).create(room, "ann", "private");
    ChatApp bob = nodes.signedIn(other, "bob").enter(room, "bob");
    ann.hear("user-joined");
    ann.hear("public-keys-updated");
    ann.forget();
    bob.drop();
    assertThat(ann.hear("user-left"))
        .isEqualTo(
            new JsonObject()
                .put("userId", "bob")
                .put("displayName", "BOB")
                .put("timestamp", nodes.clock.millis()));
    assertThat(users(ann.hear("public-keys-updated"))).containsExactly("ann");
    ChatApp eve = nodes.guest(other);
    eve.tell("join-session", ChatApp.join(room, "eve", "K"));
    assertThat(eve.error()).isEqualTo("SESSION_FULL");
    eve.tell("join-session", ChatApp.join(room, "bob", "K"));
    assertThat(eve.error()).isEqualTo("FORBIDDEN");
    ann.forget();
    ChatApp back = nodes.signedIn(1 - other, "bob");
    back.tell("join-session", ChatApp.join(room, "bob", "K").putNull("publicKey"));
    assertThat(users(back.hear("public-keys-updated"))).containsExactlyInAnyOrder("ann", "bob");
    ann.hear("public-keys-updated");
    assertThat(ann.heard()).containsExactly("user-joined", "public-keys-updated");
    back.drop();
    ann.hear("user-left");
    nodes.clock.advance(Duration.ofSeconds(61));
    eve.enter(room, "eve");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void lastLeaveTakesTheSessionAlong(int other) {
    ChatApp ann = nodes.guest(0).create(room, "ann", "private");
    ChatApp bob = nodes.guest(other).enter(room, "bob");
    ann.ask("send-message", message("ann", "all", "x"));
    assertThat(bob.ask("leave-session", of("bob")).getBoolean("success")).isTrue();
    ann.hear("user-left");
    nodes.guest(other).enter(room, "eve").ask("leave-session", of("eve"));
    ann.ask("leave-session", of("ann"));
    bob.tell("join-session", ChatApp.join(room, "bob", "K"));
    assertThat(bob.error()).isEqualTo("SESSION_NOT_FOUND");
    for (String kind : List.of("session", "members", "pubkeys", "history", "bodies", "ids")) {
      assertThat(nodes.redis("EXISTS", "chat:" + kind + ":" + room).toInteger()).isZero();
    }
    assertThat(nodes.redis("HGET", "chat:usage", room)).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void groupKeysTypingAndDownloadsReachWhomTheyConcern(int other) {
    ChatApp ann = nodes.guest(0).create(room, "ann", "group");
    ChatApp bob = nodes.guest(other).enter(room, "bob");
    JsonObject keys = new JsonObject().put("bob", "for bob").put("eve", "for eve");
    ann.tell("set-session-key", of("ann").put("encryptedKeys", keys));
    assertThat(bob.hear("session-key-available").getJsonObject("encryptedKeys")).isEqualTo(keys);
    assertThat(ann.hear("session-key-available").getJsonObject("encryptedKeys")).isEqualTo(keys);
    ChatApp eve = nodes.guest(1 - other).enter(room, "eve");
    assertThat(eve.all("session-metadata").getFirst())
        .isEqualTo(
            new JsonObject()
                .put("chatMode", "group")
                .put("encryptedSessionKey", "for eve")
                .put("sessionKey", "for eve"));
    bob.tell("typing", of("bob").put("displayName", "Bob"));
    JsonObject typing = new JsonObject().put("userId", "bob").put("displayName", "Bob");
    assertThat(ann.hear("user-typing")).isEqualTo(typing);
    assertThat(eve.hear("user-typing")).isEqualTo(typing);
    bob.tell("stopped-typing", of("bob").put("displayName", "Bob"));
    assertThat(ann.hear("user-stopped-typing")).isEqualTo(typing);
    JsonObject downloaded =
        new JsonObject()
            .put("downloadedBy", "bob")
            .put("fileName", "a \"b\".png")
            .put("timestamp", 7);
    bob.ask("file-downloaded", downloaded.copy().put("sessionId", room).put("senderId", "ann"));
    assertThat(ann.hear("download-notification")).isEqualTo(downloaded);
    ann.tell("save-public-key", of("ann").put("publicKey", new JsonObject().put("kty", "RSA")));
    JsonObject updated = bob.hear("public-keys-updated");
    while (!updated.encode().contains("RSA")) {
      updated = bob.hear("public-keys-updated");
    }
    assertThat(bob.all("user-typing")).isEmpty();
    assertThat(eve.all("download-notification")).isEmpty();
  }

  @Test
  void tenJoinsAtOnceFillAPrivateSessionExactly() {
    assertThat(reserve(room, "K", "private")).isEqualTo(200);
    List<ChatApp> apps = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      apps.add(nodes.guest(i % 2));
    }
    for (int i = 0; i < 10; i++) {
      apps.get(i).tell("join-session", ChatApp.join(room, "u" + i, "K").put("isCreator", true));
    }
    Await.until(() -> apps.stream().allMatch(app -> app.heard().size() > 1));
    Await.until(
        () -> apps.stream().filter(app -> app.heard().contains("session-metadata")).count() == 2);
    assertThat(apps.stream().flatMap(app -> app.all("session-error").stream()))
        .hasSize(8)
        .allMatch(error -> error.getString("error").equals("SESSION_FULL"));
  }

  @Test
  void operatorsSeeTheSessions() {
    ChatApp ann = nodes.guest(0).create(room, "ann", "group");
    ann.ask("send-message", message("ann", "all", "x"));
    assertThat(nodes.sessions("").statusCode()).isEqualTo(401);
    assertThat(nodes.sessions(nodes.token("ann")).statusCode()).isEqualTo(403);
    assertThat(nodes.sessions(nodes.operatorToken()).bodyAsJsonArray())
        .contains(
            new JsonObject()
                .put("sessionId", room)
                .put("members", 1)
                .put("messages", 1)
                .put("publicKeys", 1));
  }

  @Test
  void reservationsAreChecked() {
    JsonObject answer =
        nodes
            .reserve(0, new JsonObject().put("sessionId", room).put("authKey", "K"))
            .bodyAsJsonObject();
    assertThat(answer.remove("message")).isInstanceOf(String.class);
    assertThat(answer)
        .isEqualTo(
            new JsonObject().put("success", true).put("sessionId", room).put("chatMode", "group"));
    var missing = nodes.reserve(0, new JsonObject().put("sessionId", room + "x"));
    assertThat(missing.statusCode()).isEqualTo(400);
    assertThat(missing.bodyAsJsonObject())
        .isEqualTo(new JsonObject().put("error", "Missing sessionId or authKey"));
    var exists = nodes.reserve(1, new JsonObject().put("sessionId", room).put("authKey", "K"));
    assertThat(exists.bodyAsJsonObject())
        .isEqualTo(new JsonObject().put("error", "Session already exists"));
    var wrong = nodes.reserve(1, new JsonObject().put("sessionId", true).put("authKey", "K"));
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.bodyAsString()).contains("sessionId");
    var mode =
        nodes.reserve(
            1, new JsonObject().put("sessionId", "y").put("authKey", "K").put("chatMode", "trio"));
    assertThat(mode.statusCode()).isEqualTo(400);
    assertThat(mode.bodyAsString()).contains("chatMode");
  }

  @Test
  void rubbishIsAnsweredWithTheNameOfTheField() {
    ChatApp ann = nodes.guest(0).create(room, "ann", "group");
    ann.tellRaw("join-session");
    assertThat(ann.hear("chat-error").getString("message")).contains("payload");
    ann.tellRaw("join-session", "text");
    assertThat(ann.chatError()).isEqualTo("INVALID_FIELD");
    ann.tellRaw("send-message", (Object) new byte[] {1, 2});
    assertThat(ann.chatError()).isEqualTo("INVALID_FIELD");
    ann.tell("join-session", ChatApp.join(room, "ann", "K").put("isCreator", "yes"));
    assertThat(ann.hear("chat-error").getString("message")).contains("isCreator");
    ann.tell("join-session", ChatApp.join(room, "x".repeat(200), "K"));
    assertThat(ann.hear("chat-error").getString("message")).contains("userId");
    ann.tell("send-message", of("ann").put("from", "ann"));
    assertThat(ann.hear("chat-error"))
        .isEqualTo(
            new JsonObject()
                .put("error", "MISSING_FIELD")
                .put("message", "encrypted is missing")
                .put("event", "send-message"));
    ann.tell("set-session-key", of("ann").put("encryptedKeys", "all"));
    assertThat(ann.hear("chat-error").getString("message")).contains("encryptedKeys");
    ann.tell("save-public-key", of("ann"));
    assertThat(ann.hear("chat-error").getString("message")).contains("publicKey");
    assertThat(ann.ask("send-message", message("ann", "all", "x")).getBoolean("success")).isTrue();
    ChatApp bob = nodes.guest(0);
    bob.tell("join-session", ChatApp.join(room, "bob", "K").put("pad", "x".repeat(70_000)));
    assertThat(bob.error()).isEqualTo("MESSAGE_TOO_LARGE");
  }
}
