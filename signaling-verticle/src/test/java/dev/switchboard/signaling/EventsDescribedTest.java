package dev.switchboard.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.http.ApiDescription;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Holds {@code asyncapi.yaml} against the sources: the tables in which events are entered, and the
 * calls that send one by its name.
 */
final class EventsDescribedTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/switchboard/signaling");

  /** How an event is entered in a table. */
  private static final Pattern TAKEN =
      Pattern.compile(
          "(?:\\.ordered(?:OfAny)?|\\.atOnce(?:OfAny)?|handlers\\.put|events\\.put)\\(\\s*\"([a-z]+(?:[_-][a-z]+)*)\"");

  /** How an event is sent; the constants are those of the chat's frames. */
  private static final Pattern SENT =
      Pattern.compile(
          "(?:\\.emit|[^.]packet|EncodedPacket\\.event|\\.presence|[^.\\w]of|frame|push\\w*Frame)"
              + "\\(\\s*\"([a-z]+(?:[_-][a-z]+)*)\"");

  private static String sources(String folder) {
    try (Stream<Path> files = Files.walk(SOURCES.resolve(folder))) {
      StringBuilder text = new StringBuilder();
      for (Path file : files.filter(name -> name.toString().endsWith(".java")).toList()) {
        text.append(Files.readString(file));
      }
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> found(Pattern pattern, String text) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }

  /** The names of a channel's messages that the server takes or sends. */
  private static Set<String> described(String channel, String action) {
    JsonObject operations = ApiDescription.ASYNCAPI.json().getJsonObject("operations");
    Set<String> names = new TreeSet<>();
    for (String key : operations.fieldNames()) {
      JsonObject operation = ApiDescription.ASYNCAPI.part("operations", key);
      String of = operations.getJsonObject(key).getJsonObject("channel").getString("$ref");
      if (of.equals("#/channels/" + channel) && operation.getString("action").equals(action)) {
        names.add(operation.getJsonArray("messages").getJsonObject(0).getString("name"));
      }
    }
    return names;
  }

  @ParameterizedTest
  @CsvSource({"calls", "chat", "rooms"})
  void whatIsTakenIsDescribedAndWhatIsDescribedIsThere(String part) {
    assertThat(Files.exists(SOURCES.resolve(part))).as("sources of " + part).isTrue();
    String text = sources(part);
    Set<String> received = described(part, "receive");
    assertThat(received).containsAll(found(TAKEN, text));
    for (String name : received) {
      assertThat(text).as("an event that nothing takes").contains('"' + name + '"');
    }
  }

  @ParameterizedTest
  @CsvSource({"calls", "chat", "rooms"})
  void whatIsSentIsDescribedAndWhatIsDescribedIsSent(String part) {
    String text = sources(part);
    Set<String> sent = described(part, "send");
    assertThat(sent).containsAll(found(SENT, text));
    for (String name : sent) {
      assertThat(text).as("an event that nothing sends").contains('"' + name + '"');
    }
  }
}
