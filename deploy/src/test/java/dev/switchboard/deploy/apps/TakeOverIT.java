package dev.switchboard.deploy.apps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.Shell;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script in {@code docs/migrating.md} that takes tokens over, run as it stands there. */
class TakeOverIT {
  private static final String SECRET = "a secret for tests that is long enough";
  private static final String PHONE = "c".repeat(140);
  private static final String IPHONE = "ab".repeat(32);

  @TempDir Path folder;

  @Test
  void tokensOfAFormerServerReachTheirUsers() throws IOException {
    Path script = Files.writeString(folder.resolve("take-over.mjs"), script());
    Path tokens =
        Files.writeString(
            folder.resolve("tokens.jsonl"),
            """
            {"userId": "ann", "type": "fcm", "token": "%s", "deviceId": "phone", "platform": "android"}
            {"userId": "ann", "type": "apns_voip", "token": "%s", "platform": "ios"}

            {"userId": "bob", "type": "pigeon", "token": "x"}
            """
                .formatted(PHONE, IPHONE));
    try (Nodes nodes =
        Nodes.start(
            Map.of("JWT_SECRET", SECRET, "PUSH_ENABLED", "off"), "signaling,rooms,ice,push")) {
      Map<String, String> environment =
          Map.of("SWITCHBOARD_URL", nodes.node(0).url().toString(), "JWT_SECRET", SECRET);
      for (int run = 0; run < 2; run++) {
        assertThat(
                Shell.run(environment, List.of("node", script.toString(), tokens.toString()))
                    .output())
            .contains("line 4: 400", "2 taken over");
      }
      assertThat(tokensOf("ann", nodes)).isEqualTo(2);
      assertThat(tokensOf("bob", nodes)).isZero();
    }
  }

  private static int tokensOf(String userId, Nodes nodes) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(nodes.node(0).url().resolve("/v1/push/tokens"))
            .header("Authorization", "Bearer " + nodes.token(userId));
    return new JsonObject(Nodes.send(request).body()).getInteger("count");
  }

  private static String script() throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "migrating.md"));
    Matcher block = Pattern.compile("```js\n(.*?)```", Pattern.DOTALL).matcher(guide);
    assertThat(block.find()).isTrue();
    return block.group(1);
  }
}
