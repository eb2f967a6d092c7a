package dev.switchboard.signaling.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What chats keep of a user, as it is told and forgotten. */
final class UserInChatsIT {
  private static final String ROOM = "room";
  private ChatNodes nodes;

  @BeforeEach
  void start() {
    RealRedis.flush();
    nodes = new ChatNodes(Map.of("CONNECTION_RECOVERY", "1m"));
  }

  @AfterEach
  void stop() {
    nodes.close();
  }

  private static void send(ChatApp app, String from, String to, String text) {
    JsonObject message =
        new JsonObject()
            .put("sessionId", ROOM)
            .put("from", from)
            .put("to", to)
            .put("encrypted", text)
            .put("clientMessageId", text);
    assertThat(app.ask("send-message", message).getBoolean("success")).isTrue();
  }

  /** Everything that Redis holds of the room. */
  private String kept() {
    Stream<String> lists =
        Stream.of("history", "events")
            .map(
                kind -> String.valueOf(nodes.redis("LRANGE", "chat:" + kind + ":room", "0", "-1")));
    Stream<String> hashes =
        Stream.of("session", "members", "pubkeys", "keys", "ids", "bodies")
            .map(kind -> String.valueOf(nodes.redis("HGETALL", "chat:" + kind + ":room")));
    return String.join("\n", Stream.concat(lists, hashes).toList());
  }

  /** What the first pass of an erasure finds still there is for the second. */
  private void untilNextPass() {
    nodes.clock.advance(Duration.ofSeconds(10));
  }

  private void assertCounted(int messages) {
    assertThat(nodes.redis("HGET", "chat:session:room", "count").toInteger()).isEqualTo(messages);
    assertThat(nodes.redis("GET", "chat:total").toString())
        .isEqualTo(nodes.redis("HGET", "chat:usage", ROOM).toString());
  }

  @Test
  void erasedUserIsGoneAndWhatOthersWroteToAllStays() {
    ChatApp ann = nodes.signedIn(0, "ann").create(ROOM, "ann", "group");
    ChatApp bob = nodes.guest(1).enter(ROOM, "bob");
    send(bob, "bob", "all", "first");
    send(ann, "ann", "all", "second");
    send(ann, "ann", "bob", "third");
    send(bob, "bob", "ann", "fourth");
    JsonObject chat = nodes.export("ann").getJsonArray("chats").getJsonObject(0);
    assertThat(chat.getString("sessionId")).isEqualTo(ROOM);
    assertThat(chat.getString("publicKey")).isEqualTo("key of ann");
    assertThat(chat.getJsonArray("messages")).hasSize(2);

    nodes.erase("ann");
    bob.hear("user-left");
    untilNextPass();
    Await.until(() -> !kept().contains("ann"));
    assertThat(kept()).doesNotContain("second", "third", "fourth");
    assertCounted(1);
    assertThat(nodes.export("ann").containsKey("chats")).isFalse();
    send(bob, "bob", "all", "fifth");
    ChatApp eve = nodes.guest(0).enter(ROOM, "eve");
    assertThat(eve.all("messages-history").getFirst().getJsonArray("list")).hasSize(2);
  }

  @Test
  void sessionOfAnErasedUserAloneIsGoneAndThoseOfOthersAreNot() {
    nodes.signedIn(0, "ann").create("alone", "ann", "group");
    nodes.signedIn(0, "eve").create(ROOM, "ann", "group");
    nodes.erase("ann");
    Await.until(
        () ->
            nodes
                .redis("HGET", "chat:members:alone", "ann")
                .toString()
                .contains("\"socketId\":\"\""));
    untilNextPass();
    Await.until(() -> nodes.redis("KEYS", "chat:*:alone").size() == 0);
    assertThat(kept()).contains("key of ann");
    assertThat(List.of(nodes.redis("ZRANGE", "chat:expiry", "0", "-1").get(0).toString()))
        .containsExactly(ROOM);
  }
}
