package dev.switchboard.deploy.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two Dockerfiles and the systemd unit. */
class ImageTest {
  private static final Path UNIT = Project.DEPLOY.resolve("systemd/switchboard.service");
  private static final Set<String> UNIT_KEYS =
      Set.of(
          """
          Description Documentation Wants After StartLimitIntervalSec StartLimitBurst Type
          User Group Environment EnvironmentFile WorkingDirectory ExecStart Restart
          RestartSec RestartPreventExitStatus KillSignal KillMode TimeoutStopSec
          LimitNOFILE LogsDirectory LogsDirectoryMode TasksMax NoNewPrivileges CapabilityBoundingSet AmbientCapabilities
          ProtectSystem ProtectHome PrivateTmp PrivateDevices ProtectKernelTunables
          ProtectKernelModules ProtectKernelLogs ProtectControlGroups ProtectClock
          ProtectHostname ProtectProc RestrictAddressFamilies RestrictNamespaces
          RestrictRealtime RestrictSUIDSGID LockPersonality RemoveIPC
          SystemCallArchitectures SystemCallFilter SystemCallErrorNumber UMask WantedBy
          """
              .split("\\s+"));

  @ParameterizedTest
  @ValueSource(strings = {"deploy/Dockerfile", "turn/Dockerfile"})
  void everyInstructionIsOneAndEveryBaseIsPinned(String file) {
    for (Dockerfile.Instruction each : Dockerfile.read(file).instructions()) {
      assertThat(each.kind())
          .isIn(
              "FROM",
              "WORKDIR",
              "COPY",
              "RUN",
              "USER",
              "ENV",
              "EXPOSE",
              "STOPSIGNAL",
              "HEALTHCHECK",
              "ENTRYPOINT");
      if (each.kind().equals("FROM")) {
        assertThat(each.text()).matches("\\S+:\\S+( AS \\w+)?").doesNotContain(":latest");
      }
    }
  }

  @Test
  void imageRunsAsNobodyAndIsToldToStopDirectly() {
    assertThat(Dockerfile.read("deploy/Dockerfile").last("USER")).isEqualTo("65532:65532");
    JsonArray entry = new JsonArray(Dockerfile.read("deploy/Dockerfile").last("ENTRYPOINT"));
    assertThat(entry.getString(0)).isEqualTo("/opt/switchboard/jre/bin/java");
    assertThat(entry.stream().map(Object::toString))
        .contains("-XX:AOTCache=/opt/switchboard/app/switchboard.aot");
  }

  /** A cache made with other flags is passed over without a word. */
  @Test
  void classDataArchiveIsMadeWithTheFlagsItIsUsedWith() {
    String train = Project.read(Project.DEPLOY.resolve("image/train"));
    new JsonArray(Dockerfile.read("deploy/Dockerfile").last("ENTRYPOINT"))
        .stream()
            .map(Object::toString)
            .filter(flag -> flag.startsWith("-XX:+Use") || flag.startsWith("--sun"))
            .forEach(flag -> assertThat(train).contains(flag));
  }

  @Test
  void filesOfTheImagesAreThere() {
    assertThat(Project.DEPLOY.resolve("image/train")).isExecutable();
    assertThat(Project.DEPLOY.resolve("src/build/java/Rehearsal.java")).exists();
    String copied = Dockerfile.read("turn/Dockerfile").last("COPY");
    List<String> words = List.of(copied.split(" "));
    for (String file : words.subList(0, words.size() - 1)) {
      assertThat(Files.exists(Project.ROOT.resolve("turn").resolve(file))).as(file).isTrue();
    }
  }

  @Test
  void unitHasOnlyKeysThatSystemdKnows() {
    for (String line : lines(UNIT)) {
      if (!line.startsWith("[")) {
        assertThat(UNIT_KEYS).as(line).contains(line.substring(0, line.indexOf('=')));
      }
    }
  }

  @Test
  void unitIsHardenedAndItsTimeFitsTheDrain() {
    assertThat(lines(UNIT))
        .contains(
            "NoNewPrivileges=yes",
            "ProtectSystem=strict",
            "CapabilityBoundingSet=",
            "RestartPreventExitStatus=2",
            "TimeoutStopSec=40");
  }

  @Test
  void settingsOfImageAndUnitAreOnesThatTheProgramKnows() {
    Pattern assignment = Pattern.compile("\\b([A-Z_]{3,})=(?!\\[)");
    String unit =
        lines(UNIT).stream()
            .filter(line -> line.startsWith("Environment="))
            .findFirst()
            .orElseThrow();
    String image = Dockerfile.read("deploy/Dockerfile").last("ENV");
    for (String text : List.of(unit, image)) {
      assertThat(assignment.matcher(text).results().map(match -> match.group(1)))
          .isNotEmpty()
          // Nor options for the JVM, which would begin the log with a line that is no JSON.
          .allSatisfy(name -> assertThat(Project.settings()).contains(name));
    }
  }

  private static List<String> lines(Path file) {
    return Project.read(file)
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }
}
