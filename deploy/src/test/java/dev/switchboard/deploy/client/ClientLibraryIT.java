package dev.switchboard.deploy.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.Shell;
import dev.switchboard.shared.testing.TemporaryFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Needs node and npm. */
final class ClientLibraryIT {
  private static final Path LIBRARY = Path.of("..", "clients", "js").toAbsolutePath().normalize();
  private static final Path BUNDLE = Path.of("src/main/resources/client/client.js");
  private static final int MOST_BYTES_ZIPPED = 15_000;
  private static final String SECRET = "a secret of the tests of the client library";

  private static Nodes nodes;

  @BeforeAll
  static void start() {
    // Also makes what the tests in Node run.
    Shell.succeed(LIBRARY.resolve("build").toString(), "--check");
    String roles = "signaling,rooms,ice,push";
    Map<String, String> settings =
        Map.of(
            "JWT_SECRET",
            SECRET,
            "PUSH_PROVIDERS",
            "mock",
            "RATE_CALLS_PER_MINUTE",
            "0",
            "RATE_RESERVE_PER_MINUTE",
            "0");
    nodes = Nodes.start(settings, roles, roles);
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @Test
  void itsOwnTestsPassAgainstTwoNodes() throws IOException {
    List<String> command = new ArrayList<>(List.of("node", "--test", "--test-timeout=200000"));
    try (var files = Files.list(LIBRARY.resolve("test"))) {
      files
          .map(Path::toString)
          .filter(it -> it.endsWith(".test.mjs"))
          .sorted()
          .forEach(command::add);
    }
    Shell.Result result =
        Shell.run(
            Map.of(
                "SWITCHBOARD_URLS",
                String.join(",", nodes.urls().stream().map(Object::toString).toList()),
                "SWITCHBOARD_JWT_SECRET",
                SECRET),
            command);
    assertThat(result.exitCode()).as(result.output()).isZero();
  }

  @Test
  void everyNodeServesItToPagesAndSaysWhenItIsTheSame() throws IOException {
    HttpResponse<String> answer = get();
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(Files.readString(BUNDLE));
    assertThat(answer.headers().firstValue("content-type"))
        .hasValue("text/javascript; charset=utf-8");
    String tag = answer.headers().firstValue("etag").orElseThrow();
    HttpResponse<String> again = get("If-None-Match", tag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(get("If-None-Match", "\"another\"").statusCode()).isEqualTo(200);
  }

  private static HttpResponse<String> get(String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(nodes.node(0).url().resolve("/client.js"));
    return Nodes.send(headers.length == 0 ? request : request.headers(headers));
  }

  @Test
  void itIsSmall() throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
      Files.copy(BUNDLE, zip);
    }
    assertThat(zipped.size()).isLessThan(MOST_BYTES_ZIPPED);
  }

  @Test
  void packageIsImportedByItsNameAndHasItsTypes() {
    Path app = TemporaryFolder.create("switchboard-client-");
    try {
      String listed =
          Shell.succeed(
              "npm", "pack", LIBRARY.toString(), "--pack-destination", app.toString(), "--silent");
      Path modules = app.resolve("node_modules");
      Path unpacked = modules.resolve("@switchboard/client");
      Shell.succeed("mkdir", "-p", unpacked.toString());
      Shell.succeed(
          "tar",
          "-xzf",
          app.resolve(listed.strip()).toString(),
          "-C",
          unpacked.toString(),
          "--strip-components=1");
      for (String file :
          List.of("package.json", "README.md", "dist/client.js", "dist/index.d.ts")) {
        assertThat(unpacked.resolve(file)).isRegularFile();
      }
      assertThat(unpacked.resolve("src")).doesNotExist();
      // Its one dependency, which the app brings.
      Shell.succeed(
          "ln",
          "-s",
          LIBRARY.resolve("node_modules/socket.io-client").toString(),
          modules.toString());
      String imports =
          "import { Switchboard } from '@switchboard/client'; console.log(Switchboard.name)";
      assertThat(
              Shell.succeed(
                  "sh",
                  "-c",
                  "cd '" + app + "' && node --input-type=module -e \"" + imports + "\""))
          .isEqualToIgnoringNewLines("Switchboard");
    } finally {
      TemporaryFolder.delete(app);
    }
  }
}
