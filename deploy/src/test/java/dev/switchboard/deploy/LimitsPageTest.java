package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** {@code docs/limits.md} against the API's description and the settings. */
class LimitsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "limits.md");
  private static final Path SETTINGS = Path.of("..", ".env.example");
  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete");
  private static final Pattern LIMITS = Pattern.compile("RATE_[A-Z_]+");

  private record Row(String what, String setting, String value) {}

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("| ") && !line.contains("| setting |")) {
        List<String> cells = List.of(line.split("\\|")).stream().map(String::strip).toList();
        rows.add(new Row(name(cells.get(1)), name(cells.get(2)), cells.get(3)));
      }
    }
    return rows;
  }

  private static String name(String cell) {
    return cell.replace("`", "");
  }

  /** Requests that the description says can be answered 429. */
  private static Set<String> limited() throws IOException {
    Set<String> limited = new TreeSet<>();
    try (var text = LimitsPageTest.class.getResourceAsStream("/api/openapi.yaml")) {
      Map<String, Map<String, Map<String, Object>>> paths =
          new Yaml()
              .<Map<String, Map<String, Map<String, Map<String, Object>>>>>load(
                  Objects.requireNonNull(text))
              .get("paths");
      paths.forEach(
          (path, operations) ->
              METHODS.stream()
                  .filter(method -> canBeRefused(operations.get(method)))
                  .forEach(method -> limited.add(method.toUpperCase() + " " + path)));
    }
    return limited;
  }

  private static boolean canBeRefused(Map<String, Object> operation) {
    return operation != null && ((Map<?, ?>) operation.get("responses")).containsKey("429");
  }

  @Test
  void everyRequestThatIsLimitedIsOnItAndNoOther() throws IOException {
    List<String> requests =
        rows().stream().map(Row::what).filter(what -> what.matches("[A-Z]+ /.*")).toList();
    assertThat(requests).containsExactlyInAnyOrderElementsOf(limited());
  }

  @Test
  void settingsAreThoseThereAreWithTheirDefaults() throws IOException {
    List<String> settings = Files.readAllLines(SETTINGS);
    assertThat(rows())
        .filteredOn(row -> !row.setting().isEmpty())
        .isNotEmpty()
        .allSatisfy(row -> assertThat(settings).contains(row.setting() + "=" + row.value()));
  }

  @Test
  void everyLimitThatCanBeSetIsOnIt() throws IOException {
    Set<String> named = rows().stream().map(Row::setting).collect(Collectors.toSet());
    List<String> limits =
        LIMITS.matcher(Files.readString(SETTINGS)).results().map(limit -> limit.group()).toList();
    assertThat(limits).isNotEmpty();
    assertThat(named).containsAll(limits);
  }
}
