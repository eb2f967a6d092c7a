package dev.switchboard.deploy.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import dev.switchboard.deploy.testing.Shell;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page and the back end of {@code examples/}, as they stand there, with the packaged server.
 */
class ExamplesIT {
  private static final Path EXAMPLES = Path.of("..", "examples").toAbsolutePath().normalize();
  private static final String JWT_SECRET = "a secret of the examples that is long enough";
  private static final String WEBHOOK_SECRET = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  private static final String KEY = "the key of the examples' back end";

  /** Of {@link #KEY}, by {@code printf %s KEY | sha256sum}. */
  private static final String KEY_DIGEST =
      "6dae7e4547c17ae170272f9b9d70bdd30a281bd73a0afd1da77b06eeb2e90fcc";

  @RegisterExtension static final PageFixture fixture = new PageFixture();
  @TempDir static Path folder;

  private static SwitchboardProcess server;
  private static URI backEnd;
  private static Browser browser;

  @BeforeAll
  static void start() throws IOException {
    String port = Integer.toString(RealRedis.freePort());
    backEnd = URI.create("http://localhost:" + port);
    server =
        fixture.server(
            Map.of(
                "APP_ENV",
                "development",
                "JWT_SECRET",
                JWT_SECRET,
                "API_KEYS",
                "examples:" + KEY_DIGEST + ":calls+users+read",
                "WEBHOOK_URL",
                "http://127.0.0.1:" + port + "/webhooks",
                "WEBHOOK_SECRET",
                WEBHOOK_SECRET,
                "WEBHOOK_ALLOW_PRIVATE",
                "on"));
    ProcessBuilder node =
        new ProcessBuilder("node", EXAMPLES.resolve("backend/server.mjs").toString())
            .redirectErrorStream(true)
            .redirectOutput(log().toFile());
    node.environment()
        .putAll(
            Map.of(
                "SWITCHBOARD_URL", server.url().toString(),
                "JWT_SECRET", JWT_SECRET,
                "WEBHOOK_SECRET", WEBHOOK_SECRET,
                "PORT", port));
    Process process = node.start();
    fixture.keep(process::destroy);
    Await.until(() -> said().contains("ready at"), 30);
    browser = fixture.chromium();
  }

  private static Path log() {
    return folder.resolve("back-end.log");
  }

  private static String said() {
    try {
      return Files.readString(log());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Page signIn(String name) {
    Page page = browser.newContext().newPage();
    page.setDefaultTimeout(CallPage.WAIT_MILLIS);
    page.navigate(backEnd + "/");
    page.fill("#name", name);
    page.click("#start button");
    page.waitForSelector("#state:has-text('ready')");
    return page;
  }

  private static void awaitState(Page page, String text) {
    page.waitForSelector("#state:has-text('" + text + "')");
  }

  private static String control(String... words) {
    var command = new ArrayList<String>();
    command.addAll(List.of("node", EXAMPLES.resolve("backend/control.mjs").toString()));
    command.addAll(List.of(words));
    Shell.Result result =
        Shell.run(Map.of("SWITCHBOARD_URL", server.url().toString(), "API_KEY", KEY), command);
    assertThat(result.exitCode()).as(result.output()).isZero();
    return result.output();
  }

  private static int status(HttpRequest.Builder request) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
  }

  @Test
  void callByNameIsSeenHeardOfAndEndedByTheBackEnd() {
    Page ada = signIn("ada");
    Page bob = signIn("bob");
    ada.fill("#peer", "bob");
    ada.click("#dial button");
    bob.waitForSelector("#accept:visible");
    bob.click("#accept");
    awaitState(ada, "talking to bob");
    awaitState(bob, "talking to ada");
    for (Page page : List.of(ada, bob)) {
      page.waitForFunction(
          "() => document.getElementById('theirs').getVideoPlaybackQuality().totalVideoFrames > 5");
    }

    JsonObject call = new JsonObject(control("live", "bob"));
    assertThat(call.getString("callerId")).isEqualTo("ada");
    String callId = call.getString("callId");
    control("end", callId);

    awaitState(ada, "over: ended by support");
    awaitState(bob, "over: ended by support");
    Await.until(() -> said().contains("call.ended " + callId), 30);
    assertThat(said())
        .contains("call.ringing " + callId + " ada bob", "call.accepted " + callId + " ada bob");
    assertThat(control("live")).isEmpty();
  }

  @Test
  void ringThatWasShownIsOnItsTimeline() throws Exception {
    Page cleo = signIn("cleo");
    String callId = new JsonObject(control("ring", "dan", "cleo")).getString("callId");
    cleo.waitForSelector("#accept:visible");
    cleo.click("#hangUp");
    awaitState(cleo, "over: you hung up");

    HttpRequest request =
        HttpRequest.newBuilder(server.url().resolve("/api/v1/calls/" + callId + "/timeline"))
            .header("Authorization", "Bearer " + KEY)
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      String steps = client.send(request, BodyHandlers.ofString()).body();
      assertThat(steps).contains("\"shown\"", "\"rejected\"");
    }
  }

  @Test
  void revokedUserIsCutOff() {
    signIn("eve");
    assertThat(control("reachable", "eve")).contains("\"wouldRing\":[{");
    control("revoke", "eve");
    Await.until(() -> server.log().contains("POST /api/v1/users/eve/revoke"));
    Await.until(() -> control("reachable", "eve").contains("\"sockets\":[]"), 30);
  }

  @Test
  void webhookWithAnotherSignatureIsRefused() throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(backEnd.resolve("/webhooks"))
            .header("webhook-id", "msg_1")
            .header("webhook-timestamp", Long.toString(System.currentTimeMillis() / 1000))
            .header("webhook-signature", "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
            .POST(HttpRequest.BodyPublishers.ofString("{\"type\":\"call.ended\",\"data\":{}}"));
    assertThat(status(request)).isEqualTo(401);
  }

  @Test
  void examplesHoldNoSecret() throws IOException {
    try (var files = Files.walk(EXAMPLES)) {
      assertThat(files.filter(Files::isRegularFile))
          .isNotEmpty()
          .allSatisfy(
              file ->
                  assertThat(Files.readString(file))
                      .doesNotContainPattern(
                          "whsec_[A-Za-z0-9+/]{20}|[0-9a-f]{64}|BEGIN [A-Z ]*KEY"));
    }
  }
}
