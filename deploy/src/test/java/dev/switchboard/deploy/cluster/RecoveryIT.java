package dev.switchboard.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.Shell;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The official JavaScript client is recovered although the node that it was on is killed. */
final class RecoveryIT {
  private static final Path LIBRARY = Path.of("..", "clients", "js").toAbsolutePath().normalize();
  private static final Path SCRIPT =
      Path.of("..", "signaling-verticle", "src", "test", "resources", "socketio", "recovery.cjs");

  @Test
  void memberGoesOnElsewhereWithWhatItHasMissed() {
    // Also installs the official client.
    Shell.succeed(LIBRARY.resolve("build").toString(), "--check");
    try (Nodes nodes = Nodes.start(Map.of("CONNECTION_RECOVERY", "2m"), "signaling", "signaling")) {
      Shell.Result result =
          Shell.run(
              Map.of("NODE_PATH", LIBRARY.resolve("node_modules").toString()),
              List.of(
                  "node",
                  SCRIPT.toAbsolutePath().normalize().toString(),
                  "killed",
                  nodes.node(0).url().toString(),
                  nodes.node(1).url().toString(),
                  Long.toString(nodes.node(1).pid())));
      assertThat(result.output()).isEqualToIgnoringNewLines("all is well");
    }
  }
}
