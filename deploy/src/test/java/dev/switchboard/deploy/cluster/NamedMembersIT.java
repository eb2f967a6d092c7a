package dev.switchboard.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import dev.switchboard.deploy.testing.TestSettings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that find each other by the addresses of a name, as pods do by a headless service. */
final class NamedMembersIT {
  private static final String NAME = "members.switchboard.test";
  private static final int CLUSTER_PORT = RealRedis.freePort();
  private static final int BUS_PORT = RealRedis.freePort();
  private static final String DATABASE = RealPostgres.newDatabase();

  @TempDir private Path folder;

  private Path zone(String file, String... addresses) throws IOException {
    return Files.writeString(
        folder.resolve(file),
        Arrays.stream(addresses)
            .map(address -> address + " " + NAME + "\n")
            .collect(Collectors.joining()));
  }

  private static SwitchboardProcess node(String address, Path zone) {
    Map<String, String> settings = TestSettings.with(Map.of("DATABASE_URL", DATABASE));
    settings.put("ROLES", "signaling");
    settings.put("SECRETS_KEY", TestSettings.SECRETS_KEY);
    settings.put("CLUSTER", "on");
    settings.put("CLUSTER_DNS", NAME);
    settings.put("CLUSTER_HOST", address);
    settings.put("CLUSTER_PORT", Integer.toString(CLUSTER_PORT));
    settings.put("CLUSTER_BUS_PORT", Integer.toString(BUS_PORT));
    // The JDK's resolver that reads a file instead of asking a server.
    settings.put("JAVA_OPTS", "-Xmx160m -Djdk.net.hosts.file=" + zone);
    return SwitchboardProcess.start(settings);
  }

  private static int members(SwitchboardProcess node) {
    return Nodes.json(node.url(), "/health").getJsonObject("cluster").getInteger("nodes");
  }

  @Test
  void nodesJoinWhileTheyStartAndMeetLaterIfTheNameWasLate() throws IOException {
    Path zone = zone("zone", "127.0.0.1", "127.0.0.2");
    Path late = zone("late");
    try (SwitchboardProcess first = node("127.0.0.1", zone);
        SwitchboardProcess second = node("127.0.0.2", zone)) {
      assertThat(members(second)).isEqualTo(2);
      assertThat(members(first)).isEqualTo(2);
      try (SwitchboardProcess third = node("127.0.0.3", late)) {
        assertThat(members(third)).isEqualTo(1);
        zone("late", "127.0.0.1", "127.0.0.2");
        Await.until(() -> members(third) == 3 && members(first) == 3, 60);
      }
    }
  }
}
