package dev.switchboard.deploy.apps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.ChatPage;
import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two persons with the page of an encrypted chat on two nodes, from the link to the last reload.
 */
final class ChatPageAppIT {
  private static final String ROLES = "signaling,rooms,ice,push";

  private final String session = UUID.randomUUID().toString();
  private final List<ChatPage> pages = new ArrayList<>();
  private Nodes nodes;

  @BeforeEach
  void start() {
    RealRedis.flush();
    nodes = Nodes.start(Map.of(), ROLES, ROLES);
  }

  @AfterEach
  void stop() {
    pages.forEach(ChatPage::close);
    nodes.close();
    RealRedis.start();
  }

  private void reserve(String key, String mode) {
    JsonObject body =
        new JsonObject().put("sessionId", session).put("authKey", key).put("chatMode", mode);
    var answer =
        Nodes.send(
            HttpRequest.newBuilder(nodes.node(1).url().resolve("/api/reserve-session"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.encode())));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private ChatPage page(int node, String userId, String link, JsonObject join) {
    JsonObject named =
        new JsonObject()
            .put("displayName", "The " + userId)
            .put("publicKey", "key of " + userId)
            .put("isCreator", false)
            .mergeIn(join);
    ChatPage page = new ChatPage(nodes.node(node).url(), userId, link, named);
    pages.add(page);
    return page;
  }

  private ChatPage creator(String link, String key) {
    return page(0, "ann", link, new JsonObject().put("isCreator", true).put("authKey", key));
  }

  private static JsonArray keys(ChatPage page, int members) {
    while (true) {
      JsonArray keys = page.hear("public-keys-updated").getJsonArray("list");
      if (keys.size() == members) {
        return keys;
      }
    }
  }

  @Test
  void passwordChatFromTheLinkToTheLastReload() {
    reserve("K:HASH", "password");
    String link = session + ":password:HASH";
    ChatPage ann = creator(link, "K:HASH");
    assertThat(ann.hear("session-metadata").getString("chatMode")).isEqualTo("password");

    page(1, "bob", session + ":password:WRONG", new JsonObject()).hear("session-error");
    ChatPage bob = page(1, "bob", link, new JsonObject());
    assertThat(ann.hear("user-joined").getString("displayName")).isEqualTo("The bob");
    assertThat(keys(ann, 2).toString()).contains("key of bob");
    bob.hear("session-metadata");
    assertThat(page(0, "eve", link, new JsonObject()).hear("session-error").getString("error"))
        .isEqualTo("SESSION_FULL");

    bob.say("typing", new JsonObject().put("displayName", "The bob"));
    assertThat(ann.hear("user-typing").getString("userId")).isEqualTo("bob");
    ann.write("hello");
    JsonObject own = ann.hear("message-sent");
    assertThat(own.getString("originalContent")).isEqualTo("hello");
    JsonObject message = bob.hear("new-message");
    assertThat(message.getString("encrypted")).isEqualTo("sealed hello");
    assertThat(message.containsKey("originalContent")).isFalse();
    bob.say(
        "file-downloaded",
        new JsonObject()
            .put("downloadedBy", "The bob")
            .put("senderId", "ann")
            .put("fileName", "a.png")
            .put("timestamp", 1));
    assertThat(ann.hear("download-notification").getString("downloadedBy")).isEqualTo("The bob");

    bob.leave();
    ann.hear("user-left");
    ann.leave();
    ChatPage again = creator(link, "K");
    assertThat(again.hear("session-metadata").getString("chatMode")).isEqualTo("password");
    page(1, "bob", link, new JsonObject()).hear("session-metadata");
    assertThat(again.hear("user-joined").getString("userId")).isEqualTo("bob");
    for (ChatPage page : List.of(ann, bob, again)) {
      assertThat(page.heard()).doesNotContain("session-error", "chat-error");
    }
  }

  @Test
  void nobodyIsThrownOutByAStoreThatIsAwayForSeconds() {
    ChatPage ann = creator(session, "K");
    ann.hear("session-metadata");
    ChatPage bob = page(1, "bob", session, new JsonObject().put("authKey", "K"));
    bob.hear("session-metadata");
    ann.hear("user-joined");

    RealRedis.stop();
    for (String silent : List.of("typing", "stopped-typing", "get-public-keys")) {
      bob.say(silent, new JsonObject().put("displayName", "The bob"));
    }
    ann.write("first");
    ann.write("second");
    RealRedis.start();
    assertThat(bob.hear("new-message").getString("encrypted")).isEqualTo("sealed first");
    assertThat(bob.hear("new-message").getString("encrypted")).isEqualTo("sealed second");
    bob.write("third");
    assertThat(ann.hear("new-message").getString("encrypted")).isEqualTo("sealed third");
    for (ChatPage page : List.of(ann, bob)) {
      assertThat(page.heard()).doesNotContain("session-error", "chat-error");
    }
  }
}
