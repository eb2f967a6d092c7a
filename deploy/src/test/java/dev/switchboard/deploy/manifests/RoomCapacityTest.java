package dev.switchboard.deploy.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.rooms.RoomCapacity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever has the capacity of a room written out has that of {@link RoomCapacity}. */
class RoomCapacityTest {
  private static final Pattern IN_SCRIPT =
      Pattern.compile("(?:\\bmembers|redis\\.call\\('HLEN', KEYS\\[1\\]\\)) (?:>=|==) (\\d+)");

  private static final Pattern IN_TEXT = Pattern.compile("\\(max (\\d+) users\\)");

  private static Stream<String> found(Pattern pattern, Path file) {
    return pattern.matcher(Project.read(file)).results().map(match -> match.group(1));
  }

  @Test
  void scriptsKnowTheCapacityOfARoom() {
    List<String> numbers =
        Sources.main(".lua").stream()
            .filter(file -> file.getFileName().toString().startsWith("room_"))
            .flatMap(file -> found(IN_SCRIPT, file))
            // one is alone there, and nobody is
            .filter(number -> !number.equals("0") && !number.equals("1"))
            .toList();
    assertThat(numbers).isNotEmpty().containsOnly(String.valueOf(RoomCapacity.PERSONS));
  }

  @Test
  void textsKnowTheCapacityOfARoom() {
    List<Path> texts = new ArrayList<>(Sources.main(".java"));
    texts.addAll(Sources.main(".yaml"));
    texts.add(Project.ROOT.resolve("docs/errors.md"));
    assertThat(texts.stream().flatMap(file -> found(IN_TEXT, file)))
        .isNotEmpty()
        .containsOnly(String.valueOf(RoomCapacity.PERSONS));
  }
}
