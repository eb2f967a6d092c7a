package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Shell;
import dev.switchboard.deploy.testing.TestSettings;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What {@code ./run} and the image learn from: should it fail, they learn from a start alone and
 * nobody notices.
 */
class RehearsalIT {
  private static Shell.Result rehearse(String address, String secret) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String program = Path.of("src/build/java/Rehearsal.java").toString();
    return Shell.run(Map.of(), List.of(java, program, address, secret, "2"));
  }

  @Test
  void clientsOfTheRehearsalGetOnWithTheServer() {
    Map<String, String> settings = TestSettings.with(Map.of("PORT", "0"));
    Server server = Await.await(Server.start(Settings.of(settings)), 30);
    try {
      assertThat(rehearse(server.address(), settings.get("JWT_SECRET")))
          .isEqualTo(new Shell.Result(0, ""));
    } finally {
      Await.await(server.stop(), 30);
    }
  }

  @Test
  void withoutAServerTheyFail() {
    Shell.Result failed = rehearse("http://127.0.0.1:1", "a secret");
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.output()).contains("ConnectException");
  }
}
