package dev.switchboard.deploy.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code docs/redis.md} says of keys: which there are, and which of them live for ever. */
final class RedisPage {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z]+:[^`]+)` \\|[^|\\n]*\\| ([^|\\n]+) \\|");

  /** A life that is told by naming another key. */
  private static final Pattern LIKE = Pattern.compile("^as `([^`]+)`");

  private static final Pattern NAME = Pattern.compile("<[^>]+>");

  private final List<Family> families;

  /**
   * A row of the page.
   *
   * @param key as it is there, such as {@code call:user:<user>}
   * @param endless that it stays until somebody deletes it
   */
  record Family(String key, boolean endless) {
    private int literals() {
      return NAME.matcher(key).replaceAll("").length();
    }

    private Pattern shape() {
      return Pattern.compile(
          Stream.of(NAME.split(key, -1)).map(Pattern::quote).collect(Collectors.joining(".+")),
          Pattern.DOTALL);
    }
  }

  private record Shape(Pattern pattern, Family family) {}

  private final List<Shape> shapes;

  private RedisPage(List<Family> families) {
    this.families = List.copyOf(families);
    this.shapes =
        families.stream()
            .sorted(Comparator.comparingInt(Family::literals).reversed())
            .map(family -> new Shape(family.shape(), family))
            .toList();
  }

  /** The page of this project, seen from its top folder or from a module's. */
  static RedisPage ofProject() {
    Path here = Path.of("docs", "redis.md");
    try {
      return read(Files.readString(Files.exists(here) ? here : Path.of("..").resolve(here)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Throws {@link IllegalArgumentException} if a row names a key that has no row. */
  static RedisPage read(String page) {
    Map<String, String> lives = new HashMap<>();
    List<String> keys = new ArrayList<>();
    ROW.matcher(page)
        .results()
        .forEach(
            row -> {
              keys.add(row.group(1));
              lives.put(row.group(1), row.group(2));
            });
    return new RedisPage(keys.stream().map(key -> new Family(key, isEndless(key, lives))).toList());
  }

  private static boolean isEndless(String key, Map<String, String> lives) {
    String life = lives.get(key);
    if (life == null) {
      throw new IllegalArgumentException("no row for " + key);
    }
    Matcher like = LIKE.matcher(life);
    return like.find() ? isEndless(like.group(1), lives) : life.startsWith("none");
  }

  List<Family> families() {
    return families;
  }

  /** True if the keys of a row stay until somebody deletes them. */
  boolean isEndless(String row) {
    return families.stream().anyMatch(family -> family.key().equals(row) && family.endless());
  }

  /** True if there is one key of a row for each of something, such as a user. */
  static boolean isOfEach(String row) {
    return NAME.matcher(row).find();
  }

  /** The row that a key belongs to; the one with most in common, if several fit. */
  Optional<Family> of(String key) {
    return shapes.stream()
        .filter(shape -> shape.pattern().matcher(key).matches())
        .map(Shape::family)
        .findFirst();
  }
}
