package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.http.HttpApi;
import dev.switchboard.shared.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogsTest {
  private static final Logger log = LoggerFactory.getLogger("dev.switchboard.test");

  @AfterEach
  void asItWas() {
    Logs.configure(Settings.of(Map.of()));
  }

  private static String level() {
    if (log.isTraceEnabled()) {
      return "trace";
    } else if (log.isDebugEnabled()) {
      return "debug";
    } else if (log.isInfoEnabled()) {
      return "info";
    } else if (log.isWarnEnabled()) {
      return "warn";
    }
    return log.isErrorEnabled() ? "error" : "off";
  }

  @ParameterizedTest
  @CsvSource({
    "info,info",
    "INFO,info",
    "silly,trace",
    "verbose,debug",
    "http,debug",
    "Warning,warn",
    "fatal,error",
    "off,off",
    "silent,off",
  })
  void levelsOfOtherLoggersCount(String name, String level) {
    Logs.configure(Settings.of(Map.of("LOG_LEVEL", name)));
    assertThat(level()).isEqualTo(level);
  }

  @ParameterizedTest
  @CsvSource({
    "true,debug",
    "1,debug",
    "*,debug",
    "off,info",
    "0,info",
    "socket.io*,info",
    "'engine,socket.io:client*',info"
  })
  void debugIsALevelOrNamesPartsOfOthers(String value, String level) {
    Logs.configure(Settings.of(Map.of("DEBUG", value)));
    assertThat(level()).isEqualTo(level);
  }

  @ParameterizedTest
  @ValueSource(strings = {"info", "warn", "off"})
  void noLevelLeavesOutWhoUsedAKey(String level) {
    Logs.configure(Settings.of(Map.of("LOG_LEVEL", level)));
    assertThat(LoggerFactory.getLogger(HttpApi.AUDIT_LOGGER).isInfoEnabled()).isTrue();
  }

  @Test
  void unknownLevelIsNamed() {
    assertThatThrownBy(() -> Logs.configure(Settings.of(Map.of("LOG_LEVEL", "loud"))))
        .isInstanceOf(BadSettingException.class)
        .hasMessage("LOG_LEVEL: 'loud' is not one of trace, debug, info, warn, error, off");
  }

  @ParameterizedTest
  @ValueSource(strings = {"LOG_FILE_BYTES", "LOG_TOTAL_BYTES", "LOG_DAYS"})
  void badBoundIsNamed(String name) {
    assertThatThrownBy(() -> Logs.configure(Settings.of(Map.of(name, "0"))))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith(name + ": '0'");
  }

  @Test
  void unitOfSystemdHasAFolderForThem() throws IOException {
    Path unit = Path.of("systemd", "switchboard.service");
    assertThat(Files.readAllLines(unit)).contains("LogsDirectory=switchboard");
  }

  private static List<Path> files(Path folder) {
    try (var files = Files.list(folder)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long bytes(Path folder) {
    return files(folder).stream().mapToLong(file -> file.toFile().length()).sum();
  }

  @Test
  void filesAreRolledAtTheirSizeAndBoundInAll(@TempDir Path folder) {
    Map<String, String> bounds =
        Map.of(
            "LOG_DIR", folder.toString(),
            "LOG_LEVEL", "debug",
            "LOG_FILE_BYTES", "4096",
            "LOG_TOTAL_BYTES", "65536");
    Logs.configure(Settings.of(bounds));
    Await.until(
        () -> {
          log.debug(
              "a line that fills the file of the log, little by little {}", System.nanoTime());
          return files(folder).stream().anyMatch(file -> file.toString().endsWith(".3.log.gz"));
        },
        60);
    assertThat(files(folder)).anyMatch(file -> file.endsWith("combined.log"));
    assertThat(files(folder)).anyMatch(file -> file.endsWith("error.log"));
    assertThat(bytes(folder)).isLessThan(80_000);
  }
}
