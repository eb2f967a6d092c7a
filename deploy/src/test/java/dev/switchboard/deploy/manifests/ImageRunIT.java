package dev.switchboard.deploy.manifests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.deploy.testing.TestSettings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TemporaryFolder;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The product out of the files that its image would have, as the image's user, without capabilities
 * and under a root that can't be written to. There is no container engine here: {@code
 * in-the-image} does with namespaces what one does. The runtime is made by the Dockerfile's own
 * jlink, but of this machine's JDK, and the C library and bash are this machine's.
 */
class ImageRunIT {
  private static final long START_SECONDS = 180;
  private static final Dockerfile DOCKERFILE = Dockerfile.read("deploy/Dockerfile");
  private static final Path LAUNCHER =
      Project.DEPLOY.resolve("src/test/resources/in-the-image").toAbsolutePath();

  private static Path tree;
  private static Map<String, String> environment;
  private static Process server;
  private static Path log;

  @BeforeAll
  static void start() throws Exception {
    tree = TemporaryFolder.create("switchboard-image-");
    Files.createDirectories(tree.resolve("opt/switchboard"));
    layOut();
    environment = environment();
    log = Files.createTempFile("switchboard-image-", ".log");
    server = launch(log, entryPoint());
    Await.until(() -> isReady() || !server.isAlive(), START_SECONDS);
    assertThat(isReady()).as(Files.readString(log)).isTrue();
  }

  @AfterAll
  static void stop() throws Exception {
    server.destroy();
    assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
    Files.delete(log);
    TemporaryFolder.delete(tree);
  }

  /** The Dockerfile's own commands, on what this build has made in place of the one it starts. */
  private static void layOut() throws Exception {
    String commands =
        DOCKERFILE.all("RUN").stream()
            .filter(run -> run.contains("jlink"))
            .findFirst()
            .orElseThrow()
            .replace("/src/", Project.ROOT + "/");
    Path folder = tree.resolve("opt/switchboard");
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-ec", commands)
            .directory(folder.toFile())
            .redirectErrorStream(true);
    String jdk = Path.of(System.getProperty("java.home"), "bin").toString();
    builder.environment().merge("PATH", jdk, (path, first) -> first + ":" + path);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(folder.resolve("app/deploy-1.0.0.jar")).isRegularFile();
  }

  private static Map<String, String> environment() {
    Map<String, String> values = new HashMap<>();
    for (String pair : DOCKERFILE.last("ENV").split("\\s+")) {
      values.put(pair.split("=", 2)[0], pair.split("=", 2)[1]);
    }
    Map<String, String> settings = TestSettings.with(values);
    settings.put("SECRETS_KEY", TestSettings.SECRETS_KEY);
    settings.put("PUSH_PROVIDERS", "mock");
    settings.put("PORT", Integer.toString(RealRedis.freePort()));
    settings.put("METRICS_PORT", Integer.toString(RealRedis.freePort()));
    return settings;
  }

  /** As it stands there, but for the cache of the start, which is made by a start of its own. */
  private static List<String> entryPoint() {
    return new JsonArray(DOCKERFILE.last("ENTRYPOINT"))
        .stream().map(Object::toString).filter(word -> !word.startsWith("-XX:AOTCache=")).toList();
  }

  private static Process launch(Path output, List<String> program) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", LAUNCHER.toString(), tree.toString(), DOCKERFILE.last("USER")));
    command.add(String.join(",", writable()));
    command.addAll(program);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Where the manifests mount something that can be written to. */
  private static List<String> writable() {
    JsonObject pod =
        new JsonObject(Project.yaml(Project.DEPLOY.resolve("kubernetes/base/pod.yaml")).getFirst())
            .getJsonObject("spec")
            .getJsonObject("template")
            .getJsonObject("spec");
    return pod.getJsonArray("containers").getJsonObject(0).getJsonArray("volumeMounts").stream()
        .map(mount -> ((JsonObject) mount).getString("mountPath"))
        .toList();
  }

  private static String run(String... program) throws Exception {
    Path output = Files.createTempFile("switchboard-image-", ".out");
    try {
      Process process = launch(output, List.of(program));
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      String said = Files.readString(output);
      assertThat(process.exitValue()).as(said).isZero();
      return said;
    } finally {
      Files.delete(output);
    }
  }

  private static boolean isReady() {
    return status("METRICS_PORT", "/health/ready") == 200;
  }

  private static int status(String port, String path) {
    URI uri = URI.create("http://127.0.0.1:" + environment.get(port) + path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void itServesAsAUserWithoutAnyRight() {
    assertThat(status("PORT", "/ping")).isEqualTo(200);
    assertThat(status("PORT", "/socket.io/?EIO=4&transport=polling")).isEqualTo(200);
    assertThat(status("METRICS_PORT", "/metrics")).isEqualTo(200);
    assertThat(status("PORT", "/dev/token?userId=ann")).isEqualTo(404);
    Map<String, String> status = status(server.pid());
    assertThat(status)
        .containsEntry("NoNewPrivs", "1")
        .containsEntry("CapEff", "0000000000000000")
        .containsEntry("CapPrm", "0000000000000000")
        .containsEntry("CapBnd", "0000000000000000")
        .containsEntry("CapAmb", "0000000000000000");
    assertThat(Project.read(Path.of("/proc", "" + server.pid(), "cmdline")))
        .startsWith(entryPoint().getFirst());
  }

  private static Map<String, String> status(long pid) {
    Map<String, String> fields = new HashMap<>();
    for (String line : Project.read(Path.of("/proc", "" + pid, "status")).lines().toList()) {
      String[] field = line.split(":\\s*", 2);
      fields.put(field[0], field[1]);
    }
    return fields;
  }

  /** Of the process itself: what it has mounted, and what of that may be written to. */
  @Test
  void nothingButWhatTheManifestsMountCanBeWrittenTo() {
    List<String> open = new ArrayList<>();
    for (String line :
        Project.read(Path.of("/proc", "" + server.pid(), "mountinfo")).lines().toList()) {
      String[] fields = line.split(" ");
      boolean device = fields[4].matches("/(dev|proc)(/.*)?");
      if (!device && Arrays.asList(fields[5].split(",")).contains("rw")) {
        open.add(fields[4]);
      }
    }
    assertThat(open).containsExactlyInAnyOrderElementsOf(writable());
  }

  @Test
  void aProgramThatTriesFailsToWriteElsewhere() throws Exception {
    List<String> places =
        List.of("/", "/opt/switchboard/", "/opt/switchboard/app/", "/usr/bin/", "/etc/", "/dev/");
    String tries =
        Stream.concat(places.stream(), writable().stream().map(place -> place + "/"))
            .map(place -> "(echo x >" + place + "written) 2>/dev/null && echo " + place)
            .reduce("id -u; id -g", (all, next) -> all + "; " + next);
    String user = DOCKERFILE.last("USER").replace(":", "\n");
    assertThat(run("/bin/bash", "-c", tries + "; true"))
        .isEqualTo(user + "\n" + String.join("/\n", writable()) + "/\n");
    String replace = "echo x >>/opt/switchboard/app/deploy-1.0.0.jar";
    assertThat(run("/bin/bash", "-c", "(" + replace + ") 2>&1 || true"))
        .contains("Read-only file system");
  }

  @Test
  void healthCheckOfTheImageSeesIt() throws Exception {
    String check = DOCKERFILE.last("HEALTHCHECK");
    JsonArray command = new JsonArray(check.substring(check.indexOf("CMD ") + 4));
    String[] program = command.stream().map(Object::toString).toArray(String[]::new);
    run(program);
    String port = environment.get("METRICS_PORT");
    environment.put("METRICS_PORT", Integer.toString(RealRedis.freePort()));
    try {
      assertThatThrownBy(() -> run(program)).isInstanceOf(AssertionError.class);
    } finally {
      environment.put("METRICS_PORT", port);
    }
  }
}
