package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RightsTest {
  private static final Path TRIES = Path.of("src", "main", "resources", "lua", "rights.lua");
  private static final Pattern TRIED = Pattern.compile("\\{'([A-Z]+)'");
  private static final Pattern IN_SCRIPT = Pattern.compile("redis\\.p?call\\('([A-Z]+)'");
  private static final Pattern ALONE = Pattern.compile("Command\\.([A-Z]+)\\b");

  /**
   * What runs scripts or asks a sentinel, what is done without, and what development alone does.
   */
  private static final Set<String> OTHERS =
      Set.of("EVAL", "EVALSHA", "SENTINEL", "INFO", "PING", "KEYS", "PSUBSCRIBE");

  private static Set<String> found(Path file, Pattern pattern) {
    try {
      return pattern
          .matcher(Files.readString(file))
          .results()
          .map((MatchResult match) -> match.group(1))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyCommandInUseIsTriedAtTheStart() throws IOException {
    Set<String> used = new TreeSet<>();
    try (var files = Files.walk(Path.of(".."), 12)) {
      files
          .filter(file -> file.toString().contains("/src/main/"))
          .forEach(
              file -> {
                if (file.toString().endsWith(".lua")) {
                  used.addAll(found(file, IN_SCRIPT));
                } else if (file.toString().endsWith(".java")) {
                  used.addAll(found(file, ALONE));
                }
              });
    }
    used.removeAll(OTHERS);
    assertThat(used).contains("HSET", "XREADGROUP");
    assertThat(found(TRIES, TRIED)).containsAll(used);
  }
}
