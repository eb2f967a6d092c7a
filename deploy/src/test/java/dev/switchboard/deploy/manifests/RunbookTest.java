package dev.switchboard.deploy.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code docs/operations.md} names is there. */
class RunbookTest {
  private static final Path FILE = Project.ROOT.resolve("docs/operations.md");
  private static final Pattern SETTING = Pattern.compile("`([A-Z][A-Z0-9]*_[A-Z0-9_]+)(=[^`]*)?`");
  private static final Pattern METRIC = Pattern.compile("`((?:switchboard|push)_[a-z_]+)`");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!http|#)([^)#]+)");

  @Test
  void everySettingIsOneThatTheProgramKnows() {
    assertThat(SETTING.matcher(Project.read(FILE)).results().map(match -> match.group(1)))
        .isNotEmpty()
        .isSubsetOf(Project.settings());
  }

  @Test
  void everyMetricIsOneThatTheProgramHas() {
    assertThat(
            METRIC
                .matcher(Project.read(FILE))
                .results()
                .map(match -> match.group(1).replaceAll("_(total|seconds)$", "")))
        .isNotEmpty()
        .isSubsetOf(Project.metrics());
  }

  @Test
  void everyFileIsThere() {
    assertThat(LINK.matcher(Project.read(FILE)).results().map(match -> match.group(1)))
        .isNotEmpty()
        .allSatisfy(link -> assertThat(Files.exists(FILE.resolveSibling(link))).as(link).isTrue());
  }

  @Test
  void everySymptomHasAnEntry() {
    assertThat(Project.read(FILE).lines().map(line -> line.toLowerCase(Locale.ROOT)))
        .contains(
            "### redis is gone",
            "### a socket won't connect",
            "### baddevicetoken",
            "### missingtopic",
            "### sent but not received",
            "### no relay candidate",
            "### calls do not connect");
  }
}
