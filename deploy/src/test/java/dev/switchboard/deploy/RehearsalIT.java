package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.Shell;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What {@code ./run} and the image learn from: should it fail, they learn from a start alone and
 * nobody notices.
 */
class RehearsalIT {
  private static final String SECRET = "a secret of this test that is long enough";

  private static Shell.Result rehearse(List<URI> servers) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String program = Path.of("src/build/java/Rehearsal.java").toString();
    List<String> command = new ArrayList<>(List.of(java, "-Drounds=2", program, SECRET));
    // An address is said without a slash behind it.
    servers.forEach(server -> command.add("http://" + server.getAuthority()));
    return Shell.run(Map.of(), command);
  }

  /** How many answers of the event bus a node has waited for, to what clients sent each other. */
  private static double sentOverTheBus(URI node) {
    return Nodes.text(node, "/metrics")
        .lines()
        .filter(line -> line.startsWith("switchboard_bus_request_seconds_count"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void clientsOfTheRehearsalGetOnWithTheServers() {
    Map<String, String> settings = Map.of("JWT_SECRET", SECRET);
    try (Nodes both = Nodes.start(settings, "signaling,ice", "signaling")) {
      assertThat(rehearse(both.urls())).isEqualTo(new Shell.Result(0, ""));
      assertThat(both.urls()).allSatisfy(node -> assertThat(sentOverTheBus(node)).isPositive());
    }
  }

  @Test
  void withoutAServerTheyFail() {
    Shell.Result failed = rehearse(List.of(URI.create("http://127.0.0.1:1")));
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.output()).contains("ConnectException");
  }
}
