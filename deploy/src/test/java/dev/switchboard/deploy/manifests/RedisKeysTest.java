package dev.switchboard.deploy.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/redis.md} has every key of the code, and no other. */
class RedisKeysTest {
  private static final String GUIDE = Project.read(Project.ROOT.resolve("docs/redis.md"));
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z]+:[^`]+)` \\|.*$");
  private static final Pattern SCRIPT = Pattern.compile("`([a-z]+(?:[_-][a-z]+)*)`");

  /** A key, or its beginning; a text that ends with it is none. */
  private static final Pattern JAVA = Pattern.compile("\"([a-z]+:[a-z:-]*)\"");

  private static final Pattern LUA = Pattern.compile("'([a-z]+:[a-z:-]*)'");

  /** How the scripts of the chat name the keys of a session. */
  private static final Pattern CHAT = Pattern.compile("\\bkey\\('([a-z]+)'");

  /** What scripts put together of two parts: the second is in the rows of the table. */
  private static final Set<String> COMPOSED = Set.of("edge:", "chat:");

  private static final List<String> ROWS =
      ROW.matcher(GUIDE).results().map(match -> match.group(1)).toList();

  /** What a key begins with, whatever ids follow. */
  private static String beginning(String row) {
    return row.replaceAll("<.*", "");
  }

  private static boolean has(String row, String literal) {
    String shape =
        Stream.of(row.split("<[^>]+>", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining("[^:]+"));
    return literal.equals(beginning(row)) || literal.matches(shape);
  }

  /**
   * The keys of Lua, those of the classes of keys, and texts elsewhere that begin as a key does.
   */
  private static Set<String> literals() {
    Set<String> families =
        ROWS.stream().map(row -> row.substring(0, row.indexOf(':'))).collect(Collectors.toSet());
    Set<String> literals = new TreeSet<>();
    for (Path file : Sources.main(".java")) {
      boolean keys = Sources.type(file).endsWith("Keys");
      find(JAVA, file)
          .filter(text -> keys || families.contains(text.substring(0, text.indexOf(':'))))
          .forEach(literals::add);
    }
    for (Path file : Sources.main(".lua")) {
      find(LUA, file).forEach(literals::add);
      if (file.getFileName().toString().startsWith("chat_")) {
        find(CHAT, file).map(kind -> "chat:" + kind + ":").forEach(literals::add);
      }
    }
    return literals;
  }

  private static Stream<String> find(Pattern pattern, Path file) {
    return pattern.matcher(Project.read(file)).results().map(match -> match.group(1));
  }

  @Test
  void everyKeyOfTheCodeHasARow() {
    assertThat(literals())
        .hasSizeGreaterThan(40)
        .filteredOn(literal -> !COMPOSED.contains(literal))
        .allSatisfy(
            literal ->
                assertThat(ROWS.stream().anyMatch(row -> has(row, literal))).as(literal).isTrue());
  }

  @Test
  void everyRowIsAKeyOfTheCode() {
    Set<String> literals = literals();
    assertThat(ROWS)
        .doesNotHaveDuplicates()
        .allSatisfy(row -> assertThat(literals).as(row).contains(beginning(row)));
  }

  @Test
  void scriptsAreThoseThatThereAre() {
    Set<String> scripts =
        Sources.main(".lua").stream()
            .map(file -> file.getFileName().toString().replace(".lua", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(SCRIPT.matcher(GUIDE).results().map(match -> match.group(1)))
        .containsAll(scripts)
        .filteredOn(name -> name.contains("_"))
        .isSubsetOf(scripts);
  }

  /** A script that has the name of a key in it is named in the row of that key. */
  @Test
  void everyScriptIsNamedWhereItNamesAKey() {
    for (Path file : Sources.main(".lua")) {
      String script = file.getFileName().toString().replace(".lua", "");
      List<String> named =
          Stream.concat(
                  find(LUA, file),
                  script.startsWith("chat_")
                      ? find(CHAT, file).map(kind -> "chat:" + kind + ":")
                      : Stream.empty())
              .filter(literal -> !COMPOSED.contains(literal))
              .distinct()
              .toList();
      if (script.endsWith("_prelude")) {
        continue; // what it names is written and read by the scripts that it is put before
      }
      assertThat(named)
          .allSatisfy(
              literal ->
                  assertThat(rowsOf(literal))
                      .as(literal + " in " + script)
                      .contains("`" + script + "`"));
    }
  }

  private static String rowsOf(String literal) {
    return ROW.matcher(GUIDE)
        .results()
        .filter(match -> has(match.group(1), literal))
        .map(match -> match.group())
        .collect(Collectors.joining());
  }
}
