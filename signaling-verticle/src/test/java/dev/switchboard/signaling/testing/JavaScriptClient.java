package dev.switchboard.signaling.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Scripts with the official JavaScript client in Node.js. Needs node and npm. */
public final class JavaScriptClient {
  private static final Path DIRECTORY = Path.of("target", "js").toAbsolutePath();
  private static final int MOST_SECONDS = 120;

  private JavaScriptClient() {}

  /** Installs the client, unless it is there. */
  public static synchronized void install() throws Exception {
    Path client = DIRECTORY.resolve("node_modules/socket.io-client");
    if (!Files.isDirectory(client)) {
      Files.createDirectories(DIRECTORY);
      String prefix = DIRECTORY.toString();
      String output =
          run(
              List.of(
                  "npm",
                  "install",
                  "--no-save",
                  "--no-audit",
                  "--prefix",
                  prefix,
                  "socket.io-client@4"));
      if (!Files.isDirectory(client)) {
        throw new IllegalStateException(output);
      }
    }
  }

  /** Runs a script of {@code resources/socketio}; answers what it has printed. */
  public static String run(String script, String... arguments) throws Exception {
    Path copy = DIRECTORY.resolve(script);
    try (var in = JavaScriptClient.class.getResourceAsStream("/socketio/" + script)) {
      Files.write(copy, in.readAllBytes());
    }
    List<String> command = new ArrayList<>(List.of("node", copy.toString()));
    command.addAll(List.of(arguments));
    return run(command).strip();
  }

  private static String run(List<String> command) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IllegalStateException("this test needs node and npm on the PATH", e);
    }
    process
        .onExit()
        .orTimeout(MOST_SECONDS, SECONDS)
        .whenComplete((p, late) -> process.destroyForcibly());
    try (var reader = process.inputReader(UTF_8)) {
      return reader.readAllAsString();
    }
  }
}
