package dev.switchboard.deploy.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.signaling.calls.CallError;
import dev.switchboard.signaling.chat.ChatError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the guides for those who write apps, and for those who move to this server, refer to. */
class GuidesTest {
  private static final Path ERRORS = Project.ROOT.resolve("docs/errors.md");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!http|#)([^)#]+)");

  private static final Pattern SETTING = Pattern.compile("`([A-Z][A-Z0-9]*_[A-Z0-9_]+)(=[^`]*)?`");

  /** Of the compose file, and of Android. */
  private static final Set<String> OF_OTHERS =
      Set.of("GRAFANA_PASSWORD", "TURN_CERTS", "POST_NOTIFICATIONS");

  @Test
  void everyCodeOfACallIsExplained() {
    assertThat(Project.read(ERRORS))
        .contains(
            Arrays.stream(CallError.values()).map(code -> "| " + code.code() + " |").toList());
  }

  @Test
  void everyCodeOfAChatIsExplained() {
    assertThat(Project.read(ERRORS))
        .contains(Arrays.stream(ChatError.values()).map(ChatError::name).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "CONTRIBUTING.md",
        "docs/architecture.md",
        "docs/errors.md",
        "docs/guides/android.md",
        "docs/guides/backup.md",
        "docs/guides/capacity.md",
        "docs/guides/data.md",
        "docs/guides/docker.md",
        "docs/guides/ios.md",
        "docs/guides/kubernetes.md",
        "docs/guides/stores.md",
        "docs/guides/upgrade.md",
        "docs/guides/web.md",
        "docs/migrating.md",
        "docs/redis.md",
        "docs/threat-model.md",
        "examples/README.md",
        "SECURITY.md"
      })
  void everyFileIsThere(String guide) {
    Path file = Project.ROOT.resolve(guide);
    assertThat(LINK.matcher(Project.read(file)).results().map(match -> match.group(1)))
        .isNotEmpty()
        .allSatisfy(link -> assertThat(Files.exists(file.resolveSibling(link))).as(link).isTrue());
  }

  @Test
  void everyGuideIsLinkedFromTheReadme() throws IOException {
    String readme = Project.read(Project.ROOT.resolve("README.md"));
    try (Stream<Path> guides = Files.list(Project.ROOT.resolve("docs/guides"))) {
      assertThat(guides)
          .isNotEmpty()
          .allSatisfy(guide -> assertThat(readme).contains("(docs/guides/" + guide.getFileName()));
    }
  }

  @Test
  void everySettingOfAGuideIsOneThatTheProgramKnows() throws IOException {
    Set<String> known = new HashSet<>(Project.settings());
    known.addAll(OF_OTHERS);
    try (Stream<Path> guides = Files.list(Project.ROOT.resolve("docs/guides"))) {
      assertThat(guides)
          .allSatisfy(
              guide ->
                  assertThat(
                          SETTING
                              .matcher(Project.read(guide))
                              .results()
                              .map(match -> match.group(1)))
                      .isSubsetOf(known));
    }
  }

  /** What is said to hold is shown by a test, or said to be nobody's but the operator's. */
  @Test
  void everyLineOfTheThreatModelHasATest() {
    Path page = Project.ROOT.resolve("docs/threat-model.md");
    boolean attacks = false;
    int lines = 0;
    for (String line : Project.read(page).lines().toList()) {
      attacks = line.startsWith("|") && (attacks || line.startsWith("| tries |"));
      if (attacks && !line.startsWith("| tries |") && !line.startsWith("|---")) {
        lines++;
        String holds = line.split("\\|")[2].strip();
        assertThat(holds.startsWith("nothing") || line.matches(".*`\\w+(Test|IT)(\\.\\w+)?` \\|$"))
            .as(line)
            .isTrue();
      }
    }
    assertThat(lines).isGreaterThan(30);
    assertThat(SETTING.matcher(Project.read(page)).results().map(match -> match.group(1)))
        .isSubsetOf(Project.settings());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CONTRIBUTING.md",
        "docs/architecture.md",
        "docs/redis.md",
        "docs/threat-model.md"
      })
  void everyClassIsThere(String guide) {
    String text = Project.read(Project.ROOT.resolve(guide));
    List<Path> sources = Sources.under("src", ".java");
    Set<String> types = sources.stream().map(Sources::type).collect(Collectors.toSet());
    assertThat(Sources.namedIn(text)).isNotEmpty().isSubsetOf(types);
    assertThat(Sources.membersNamedIn(text))
        .allSatisfy(
            member ->
                assertThat(sources)
                    .as(member.toString())
                    .anyMatch(
                        file ->
                            Sources.type(file).equals(member.type())
                                && Project.read(file).contains(" " + member.name() + "(")));
  }
}
