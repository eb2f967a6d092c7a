package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Shell;
import dev.switchboard.shared.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ./run} in a fresh copy of the project, whose build is a script of this test. */
class RunScriptIT {
  /** Builds once it may: until then whoever starts meanwhile finds nothing built. */
  private static final String BUILD =
      """
      #!/bin/sh
      echo $$ >pid
      echo build >>builds
      for _ in $(seq 600); do [ -e go ] && break; sleep 0.1; done
      echo 'no program' >deploy/target/deploy-9.8.7.jar
      """;

  @TempDir Path home;

  private Process run(String name) throws IOException {
    // Who runs this test in the background has it ignore SIGINT, and a script can't undo that.
    ProcessBuilder run =
        new ProcessBuilder("env", "--default-signal=INT", "./run").directory(home.toFile());
    run.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return run.redirectErrorStream(true).redirectOutput(home.resolve(name).toFile()).start();
  }

  private void prepare() throws IOException {
    Files.copy(Path.of("../run"), home.resolve("run"));
    Files.writeString(home.resolve("pom.xml"), "  <version>9.8.7</version>\n");
    Path build = Files.writeString(home.resolve("mvnw"), BUILD);
    Files.setPosixFilePermissions(build, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @ParameterizedTest
  @CsvSource({"TERM,143", "INT,130"})
  void signalEndsTheBuildToo(String signal, int code) throws Exception {
    prepare();
    Process run = run("one");
    Await.until(() -> Files.exists(home.resolve("builds")), 30);
    long build = Long.parseLong(Files.readString(home.resolve("pid")).strip());
    new ProcessBuilder("kill", "-" + signal, Long.toString(run.pid())).start().waitFor();
    assertThat(run.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(run.exitValue()).isEqualTo(code);
    assertThat(ProcessHandle.of(build)).isEmpty();
  }

  @Test
  void versionIsToldWithoutABuild() throws Exception {
    prepare();
    Shell.Result told = Shell.run(Map.of(), List.of(home.resolve("run").toString(), "--version"));
    assertThat(told).isEqualTo(new Shell.Result(0, "Switchboard 9.8.7\n"));
    assertThat(home.resolve("builds")).doesNotExist();
  }

  @Test
  void argumentThatNobodyKnowsIsRefused() throws Exception {
    prepare();
    Shell.Result told = Shell.run(Map.of(), List.of(home.resolve("run").toString(), "--port=1"));
    assertThat(told).isEqualTo(new Shell.Result(2, "usage: run [--version]\n"));
  }

  @Test
  void twoThatStartTogetherBuildOnce() throws Exception {
    prepare();
    Process one = run("one");
    Path builds = home.resolve("builds");
    Await.until(() -> Files.exists(builds), 30);
    Process other = run("other");
    Files.createFile(home.resolve("go"));
    for (Process process : new Process[] {one, other}) {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(Files.readAllLines(builds)).containsExactly("build");
    assertThat(home.resolve("other")).content().contains("deploy-9.8.7.jar");
    assertThat(home.resolve("one")).content().doesNotContain("cannot stat");
  }
}
