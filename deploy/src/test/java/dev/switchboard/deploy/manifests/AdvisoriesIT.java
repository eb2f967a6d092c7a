package dev.switchboard.deploy.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is delivered, by the bill of materials, against {@code deploy/advisories.txt}. */
class AdvisoriesIT {
  private static final Pattern RANGE = Pattern.compile("\\[([^,]+),([^,]+)\\)");
  private static final Pattern RANGES = Pattern.compile(RANGE + "(," + RANGE + ")*");
  private static final String IDS = "CVE-\\d{4}-\\d{4,}|GHSA(-[a-z0-9]{4}){3}";

  /** From a version on, up to another that is good. */
  private record Range(String from, String below) {
    boolean has(String version) {
      return compare(version, from) >= 0 && compare(version, below) < 0;
    }
  }

  private record Advisory(
      String library, List<Range> affected, String id, String what, String accepted) {

    static Advisory read(String line) {
      List<String> cells = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
      assertThat(cells).as(line).hasSize(5);
      assertThat(cells.get(0)).as(line).matches("[\\w.-]+:[\\w.-]+");
      assertThat(cells.get(1)).as(line).matches(RANGES);
      assertThat(cells.get(2)).as(line).matches(IDS);
      assertThat(cells.get(3)).as(line).isNotEmpty();
      return new Advisory(
          cells.get(0), ranges(cells.get(1)), cells.get(2), cells.get(3), cells.get(4));
    }

    private static List<Range> ranges(String text) {
      List<Range> ranges = new ArrayList<>();
      Matcher range = RANGE.matcher(text);
      while (range.find()) {
        ranges.add(new Range(range.group(1), range.group(2)));
      }
      return ranges;
    }

    boolean affects(Library delivered) {
      return delivered.name.equals(library)
          && affected.stream().anyMatch(range -> range.has(delivered.version));
    }
  }

  private record Library(String name, String version) {}

  /** By its numbers: what else is in a version, as {@code .Final}, tells no two apart here. */
  private static int compare(String one, String other) {
    return Arrays.compare(numbers(one), numbers(other));
  }

  private static int[] numbers(String version) {
    int[] numbers =
        Stream.of(version.split("[.-]"))
            .takeWhile(part -> part.matches("\\d+"))
            .mapToInt(Integer::parseInt)
            .toArray();
    return Arrays.copyOf(numbers, 5);
  }

  private static List<Advisory> advisories() {
    return Project.read(Project.DEPLOY.resolve("advisories.txt"))
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(Advisory::read)
        .toList();
  }

  private static List<Library> delivered() {
    JsonObject bom = new JsonObject(Project.read(Project.DEPLOY.resolve("target/bom.json")));
    return bom.getJsonArray("components").stream()
        .map(JsonObject.class::cast)
        .map(
            each ->
                new Library(
                    each.getString("group") + ":" + each.getString("name"),
                    each.getString("version")))
        .toList();
  }

  @Test
  void nothingThatIsDeliveredHasAKnownHole() {
    List<Library> delivered = delivered();
    assertThat(advisories())
        .isNotEmpty()
        .filteredOn(advisory -> advisory.accepted.isEmpty())
        .allSatisfy(
            advisory ->
                assertThat(delivered)
                    .as(advisory.id + ": " + advisory.what)
                    .noneMatch(advisory::affects));
  }

  @Test
  void whatIsAcceptedIsStillThere() {
    List<Library> delivered = delivered();
    assertThat(advisories())
        .filteredOn(advisory -> !advisory.accepted.isEmpty())
        .allSatisfy(
            advisory ->
                assertThat(delivered).as("drop " + advisory.id).anyMatch(advisory::affects));
  }

  @Test
  void listIsOfWhatIsDelivered() {
    List<String> names = delivered().stream().map(Library::name).toList();
    assertThat(advisories()).extracting(Advisory::library).isSubsetOf(names);
    assertThat(advisories()).extracting(Advisory::id).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[4.0,4.1.137),[4.2.0,4.2.17); 4.1.136.Final; true",
        "[4.0,4.1.137),[4.2.0,4.2.17); 4.1.137.Final; false",
        "[4.0,4.1.137),[4.2.0,4.2.17); 4.2.0.Final; true",
        "[4.0,4.1.137),[4.2.0,4.2.17); 4.2.16.Final; true",
        "[4.0,4.1.137),[4.2.0,4.2.17); 4.2.17.Final; false",
        "[1.0,32.0.0); 31.1-jre; true",
        "[1.0,32.0.0); 32.0.0-jre; false",
        "[2.0,2.15.0); 2.9.10.8; true",
        "[2.0,2.15.0); 2.15.0; false"
      })
  void rangesEndBelowTheVersionThatIsGood(String ranges, String version, boolean affected) {
    assertThat(Advisory.ranges(ranges).stream().anyMatch(range -> range.has(version)))
        .isEqualTo(affected);
  }
}
