package dev.switchboard.deploy.apps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/android} compiles against Android's API, warnings counting as errors. */
class AndroidSampleIT {
  @TempDir Path folder;

  @Test
  void sampleCompiles() {
    Shell.Result check =
        Shell.run(
            Map.of("JAVA_HOME", System.getProperty("java.home")),
            List.of(Path.of("..", "examples", "android", "check").toString(), folder.toString()));
    assertThat(check.exitCode()).as(check.output()).isZero();
    Path classes = folder.resolve("classes/org/example/calls");
    assertThat(Files.exists(classes.resolve("PushService.class"))).isTrue();
  }
}
