package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.http.ApiDescription;
import dev.switchboard.shared.json.JsonLevels;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code docs/limits.md} against the API's descriptions and the settings. */
class LimitsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "limits.md");
  private static final Path SETTINGS = Path.of("..", ".env.example");
  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");
  private static final Pattern NAME = Pattern.compile("`([^`]+)`");
  private static final Pattern LIMITS = Pattern.compile("RATE_[A-Z_]+");

  /**
   * A row of a table.
   *
   * @param table what stands above its first column
   */
  private record Row(String table, List<String> cells) {
    List<String> names() {
      return NAME.matcher(cells.getFirst()).results().map(name -> name.group(1)).toList();
    }

    String setting() {
      return cells.get(1).replace("`", "");
    }
  }

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    String table = "";
    boolean inTable = false;
    for (String line : Files.readAllLines(PAGE)) {
      if (!line.startsWith("|")) {
        inTable = false;
        continue;
      }
      List<String> cells = Stream.of(line.substring(1).split("\\|")).map(String::strip).toList();
      if (!inTable) {
        table = cells.getFirst();
        inTable = true;
      } else if (!line.startsWith("|---")) {
        rows.add(new Row(table, cells));
      }
    }
    return rows;
  }

  private static List<String> named(String table) throws IOException {
    return rows().stream()
        .filter(row -> row.table.equals(table))
        // A row that says more of one that stands in the table already.
        .filter(row -> !row.cells.getFirst().startsWith("of these"))
        .flatMap(row -> row.names().stream())
        .toList();
  }

  private static List<String> requests(Predicate<JsonObject> which) {
    JsonObject paths = ApiDescription.OPENAPI.part("paths");
    List<String> requests = new ArrayList<>();
    for (String path : paths.fieldNames()) {
      JsonObject operations = paths.getJsonObject(path);
      operations.fieldNames().stream()
          .filter(METHODS::contains)
          .filter(method -> which.test(operations.getJsonObject(method)))
          .forEach(method -> requests.add(method.toUpperCase(Locale.ROOT) + " " + path));
    }
    return requests;
  }

  private static boolean canBeRefused(JsonObject operation) {
    return operation.getJsonObject("responses").containsKey("429");
  }

  @Test
  void everyRequestWithALimitOfItsOwnIsOnItAndNoOther() throws IOException {
    assertThat(named("request"))
        .containsExactlyInAnyOrderElementsOf(requests(LimitsPageTest::canBeRefused));
  }

  @Test
  void everyOtherRequestIsOnItWithWhatItMayCost() throws IOException {
    assertThat(named("requests"))
        .containsExactlyInAnyOrderElementsOf(requests(request -> !canBeRefused(request)));
    assertThat(rows())
        .filteredOn(row -> row.table.equals("requests"))
        .allSatisfy(row -> assertThat(row.cells.get(1)).isNotEmpty());
  }

  @ParameterizedTest
  @CsvSource({"events of calls,calls", "events of the chat,chat", "messages of rooms,rooms"})
  void everyEventThatAClientMaySendIsOnIt(String table, String channel) throws IOException {
    JsonObject messages = ApiDescription.ASYNCAPI.part("channels", channel, "messages");
    JsonObject operations = ApiDescription.ASYNCAPI.json().getJsonObject("operations");
    List<String> events =
        operations.stream()
            .map(operation -> (JsonObject) operation.getValue())
            .filter(operation -> operation.getString("action").equals("receive"))
            .flatMap(operation -> operation.getJsonArray("messages").stream())
            .map(message -> ((JsonObject) message).getString("$ref"))
            .filter(reference -> reference.contains("/" + channel + "/"))
            .map(reference -> reference.substring(reference.lastIndexOf('/') + 1))
            .map(key -> messages.getJsonObject(key).getString("name", key))
            .toList();
    assertThat(events).isNotEmpty();
    assertThat(named(table)).containsExactlyInAnyOrderElementsOf(events);
  }

  @Test
  void settingsAreThoseThereAreWithTheirDefaults() throws IOException {
    List<String> settings = Files.readAllLines(SETTINGS);
    assertThat(rows())
        .filteredOn(row -> row.setting().matches("[A-Z_]+"))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(settings).contains(row.setting() + "=" + row.cells.get(2)));
  }

  @Test
  void levelsOfJsonAreThoseThatAreRead() throws IOException {
    assertThat(Event.MOST_LEVELS).isEqualTo(JsonLevels.OF_CLIENTS);
    assertThat(Files.readString(PAGE))
        .contains("JSON of clients: " + JsonLevels.OF_CLIENTS + " levels")
        .contains("services say: " + JsonLevels.INSIDE + " levels");
  }

  @Test
  void everyLimitThatCanBeSetIsOnIt() throws IOException {
    Set<String> named = rows().stream().map(Row::setting).collect(Collectors.toSet());
    List<String> limits =
        LIMITS.matcher(Files.readString(SETTINGS)).results().map(MatchResult::group).toList();
    assertThat(limits).isNotEmpty();
    assertThat(named).containsAll(limits);
  }
}
