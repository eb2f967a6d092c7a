package dev.switchboard.deploy.apps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.ChatPage;
import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The page of an encrypted chat from the link to the last reload, over silent hours and a store
 * that is away. Its people are on two nodes, and the session is forgotten seconds after the last of
 * them has gone.
 */
final class ChatPageAppIT {
  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final JsonObject NONE = new JsonObject();

  private static Nodes nodes;
  private static int sessions;

  private final List<ChatPage> pages = new ArrayList<>();
  private String id;

  @BeforeAll
  static void start() {
    RealRedis.flush();
    nodes = Nodes.start(Map.of("CHAT_IDLE_TTL", "5s"), "signaling", "signaling");
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @BeforeEach
  void name() {
    id = "page-" + sessions++;
  }

  @AfterEach
  void close() {
    RealRedis.start();
    pages.forEach(ChatPage::close);
    Await.until(() -> chatSessions() == 0, 30);
  }

  private static long chatSessions() {
    return Nodes.json(nodes.node(0).url(), "/health").getLong("chatSessions", -1L);
  }

  private ChatPage open(int node, String sessionId, String userId, JsonObject more) {
    URI url = nodes.node(node).url();
    ChatPage page = new ChatPage(url, sessionId, userId, "The name of " + userId, more);
    pages.add(page);
    return page;
  }

  private ChatPage create(String sessionId, String authKey) {
    JsonObject creator = new JsonObject().put("isCreator", true).put("authKey", authKey);
    return open(0, sessionId, "ann", creator);
  }

  /** What the link says, and the hash of the password that its reader types. */
  private String behindPassword(String hash) {
    return id + ":password:" + hash;
  }

  private HttpResponse<String> reserve(String mode) {
    JsonObject body =
        new JsonObject().put("sessionId", id).put("authKey", "k1:HASH").put("chatMode", mode);
    return Nodes.send(
        HttpRequest.newBuilder(nodes.node(1).url().resolve("/api/reserve-session"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.encode())));
  }

  private static void pass(Duration time) {
    Instant end = Instant.now().plus(time);
    Await.until(() -> Instant.now().isAfter(end), time.toSeconds() + 10);
  }

  private static void assertUntroubled(ChatPage... pages) {
    for (ChatPage page : pages) {
      assertThat(page.heard()).doesNotContain("session-error", "chat-error");
    }
  }

  @Test
  void twoTalkBehindAPassword() {
    assertThat(reserve("password").statusCode()).isEqualTo(200);
    assertThat(reserve("password").statusCode()).isEqualTo(409);
    assertThat(open(1, behindPassword("HASH"), "bob", NONE).refusal())
        .isEqualTo("SESSION_NOT_ACTIVE");
    ChatPage ann = create(behindPassword("HASH"), "k1");
    assertThat(ann.awaitIn().getString("chatMode")).isEqualTo("password");
    assertThat(open(1, behindPassword("WRONG"), "bob", NONE).refusal())
        .isEqualTo("INVALID_PASSWORD");
    assertThat(open(1, id + ":k2", "bob", NONE).refusal()).isEqualTo("INVALID_KEY");
    ChatPage bob = open(1, behindPassword("HASH"), "bob", NONE);
    assertThat(bob.awaitIn().getString("chatMode")).isEqualTo("password");
    assertThat(ann.hear("user-joined").getString("displayName")).isEqualTo("The name of bob");
    assertThat(open(0, behindPassword("HASH"), "eve", NONE).refusal()).isEqualTo("SESSION_FULL");
    assertThat(open(0, behindPassword("WRONG"), "eve", NONE).refusal())
        .isEqualTo("INVALID_PASSWORD");
    Await.until(() -> chatSessions() == 1);
    exchangeKeys(ann, bob);
    exchangeMessages(ann, bob);
    exchangeFile(ann, bob);
    assertUntroubled(ann, bob);
    bob.say("leave-session", NONE);
    assertThat(ann.hear("user-left").getString("userId")).isEqualTo("bob");
  }

  private static void exchangeKeys(ChatPage ann, ChatPage bob) {
    Await.until(() -> keys(ann).contains("key of bob") && keys(bob).contains("key of ann"));
    bob.say("save-public-key", new JsonObject().put("publicKey", "new key of bob"));
    Await.until(() -> keys(ann).contains("new key of bob"));
    int before = ann.all("public-keys-updated").size();
    ann.say("get-public-keys", NONE);
    Await.until(() -> ann.all("public-keys-updated").size() > before);
    assertThat(keys(ann)).contains("new key of bob").doesNotContain("key of ann");
  }

  private static List<String> keys(ChatPage page) {
    List<JsonObject> lists = page.all("public-keys-updated");
    return lists.getLast().getJsonArray("list").stream()
        .map(member -> ((JsonObject) member).getString("publicKey"))
        .toList();
  }

  private static void exchangeMessages(ChatPage ann, ChatPage bob) {
    bob.say("typing", new JsonObject().put("displayName", "Bob B."));
    assertThat(ann.hear("user-typing").getString("displayName")).isEqualTo("Bob B.");
    bob.say("stopped-typing", new JsonObject().put("displayName", "Bob B."));
    ann.hear("user-stopped-typing");
    JsonObject original = new JsonObject().put("text", "hello").put("at", 1);
    bob.write("m1", "sealed hello", original);
    JsonObject bubble = bob.hear("message-sent");
    assertThat(bubble.getString("id")).isEqualTo("m1");
    assertThat(bubble.getJsonObject("originalContent")).isEqualTo(original);
    JsonObject heard = ann.hear("new-message");
    assertThat(heard.getString("encrypted")).isEqualTo("sealed hello");
    assertThat(heard.getString("senderDisplayName")).isEqualTo("The name of bob");
    assertThat(heard.containsKey("originalContent")).isFalse();
  }

  private static void exchangeFile(ChatPage ann, ChatPage bob) {
    String picture = "p".repeat(700_000);
    ann.write("f1", picture, "a picture");
    assertThat(bob.hear("new-message").getString("encrypted").equals(picture)).isTrue();
    assertThat(ann.hear("message-sent").getString("originalContent")).isEqualTo("a picture");
    bob.say(
        "file-downloaded",
        new JsonObject()
            .put("downloadedBy", "Bob B.")
            .put("senderId", "ann")
            .put("fileName", "a.png")
            .put("timestamp", "2026-11-28T07:00:00Z"));
    assertThat(ann.hear("download-notification"))
        .isEqualTo(
            new JsonObject()
                .put("downloadedBy", "Bob B.")
                .put("fileName", "a.png")
                .put("timestamp", "2026-11-28T07:00:00Z"));
  }

  @Test
  void creatorReloadsAloneAndItIsTheSameRoom() {
    ChatPage ann = create(behindPassword("HASH"), "k1");
    ann.awaitIn();
    ann.write("m1", "sealed", "mine");
    ann.hear("message-sent");
    ann.close();
    assertThat(create(id, "k1").refusal()).isEqualTo("INVALID_PASSWORD");
    ChatPage reloaded = create(id, "k1:HASH");
    assertThat(reloaded.awaitIn().getString("chatMode")).isEqualTo("password");
    JsonObject own = reloaded.hear("messages-history").getJsonArray("list").getJsonObject(0);
    assertThat(own.getString("originalContent")).isEqualTo("mine");
    // a page that says good-bye when it is reloaded
    assertThat(reloaded.ask("leave-session", NONE).getBoolean("success")).isTrue();
    reloaded.close();
    ChatPage again = create(id, "k1");
    assertThat(again.awaitIn().getString("chatMode")).isEqualTo("password");
    assertThat(again.hear("messages-history").getJsonArray("list")).isEmpty();
    assertThat(create(id, "k2").refusal()).isEqualTo("INVALID_KEY");
    assertThat(open(1, id + ":k1", "bob", NONE).refusal()).isEqualTo("INVALID_PASSWORD");
    ChatPage bob = open(1, behindPassword("HASH"), "bob", NONE);
    bob.awaitIn();
    assertThat(bob.hear("messages-history").getJsonArray("list")).isEmpty();
  }

  @Test
  void silentHoursEndNoChatThatSomebodyIsIn() {
    ChatPage ann = create(behindPassword("HASH"), "k1");
    ann.awaitIn();
    ChatPage bob = open(1, behindPassword("HASH"), "bob", NONE);
    bob.awaitIn();
    pass(IDLE.multipliedBy(2));
    ann.write("m1", "still here", "still here");
    assertThat(bob.hear("new-message").getString("encrypted")).isEqualTo("still here");
    assertUntroubled(ann, bob);
    ann.close();
    bob.close();
    // a wrong password is refused as long as there is something that it does not open
    ChatPage eve = create("watch-" + id, "k");
    eve.awaitIn();
    Await.until(() -> guess(eve).equals("SESSION_NOT_FOUND"), 30);
  }

  /** Ten times a second at most: who floods the server is cut off. */
  private String guess(ChatPage page) {
    pass(Duration.ofMillis(100));
    JsonObject join = new JsonObject().put("sessionId", behindPassword("WRONG"));
    return page.ask("join-session", join).getJsonObject("error").getString("code");
  }

  @Test
  void storeThatIsAwayForSecondsEndsNoChatAndLosesNoMessage() {
    ChatPage ann = create(behindPassword("HASH"), "k1");
    ann.awaitIn();
    ChatPage bob = open(1, behindPassword("HASH"), "bob", NONE);
    bob.awaitIn();
    RealRedis.stop();
    bob.say("typing", new JsonObject().put("displayName", "Bob B."));
    bob.say("get-public-keys", NONE);
    bob.say(
        "file-downloaded", new JsonObject().put("downloadedBy", "Bob B.").put("senderId", "ann"));
    ann.write("m1", "one", "one");
    ann.write("m2", "two", "two");
    pass(Duration.ofSeconds(3));
    RealRedis.start();
    assertThat(bob.hear("new-message").getString("encrypted")).isEqualTo("one");
    assertThat(bob.hear("new-message").getString("encrypted")).isEqualTo("two");
    Await.until(() -> ann.all("message-sent").size() == 2);
    RealRedis.stop();
    bob.breakConnection();
    bob.hear("(disconnect)");
    pass(Duration.ofSeconds(7));
    RealRedis.start();
    bob.awaitIn();
    ann.write("m3", "three", "three");
    assertThat(bob.hear("new-message").getString("encrypted")).isEqualTo("three");
    assertUntroubled(ann, bob);
  }
}
