package dev.switchboard.shared.redis;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The functions and constants that scripts share, of which each gets what it uses: Redis makes
 * every function of a script anew each time the script runs, whether it is called or not.
 */
final class Prelude {
  private static final Pattern COMMENT = Pattern.compile("(?m)^ *--.*\\R");
  private static final Pattern PART_BEGINS = Pattern.compile("(?m)^(?=local )");
  private static final Pattern NAME = Pattern.compile("local (?:function )?(\\w+)");
  private static final Pattern WORD = Pattern.compile("[A-Za-z_]\\w*");

  private final List<Part> parts;

  private Prelude(List<Part> parts) {
    this.parts = parts;
  }

  /** One {@code local} of the outermost level, which names one thing. */
  private record Part(String name, String text, Set<String> words) {}

  /** Throws {@link IllegalArgumentException} if anything else stands on the outermost level. */
  static Prelude parse(String source) {
    List<Part> parts = new ArrayList<>();
    for (String text : PART_BEGINS.split(COMMENT.matcher(source).replaceAll(""))) {
      Matcher name = NAME.matcher(text);
      if (name.lookingAt()) {
        parts.add(new Part(name.group(1), text.stripTrailing() + "\n", words(text)));
      } else if (!text.isBlank()) {
        throw new IllegalArgumentException("not a local of a prelude: " + text);
      }
    }
    return new Prelude(parts);
  }

  /** What a script uses of it, in the order of the prelude; a part may use those before it. */
  String usedBy(String script) {
    Set<String> used = new HashSet<>(words(script));
    StringBuilder kept = new StringBuilder();
    for (Part part : parts.reversed()) {
      if (used.contains(part.name)) {
        used.addAll(part.words);
        kept.insert(0, part.text);
      }
    }
    return kept.toString();
  }

  private static Set<String> words(String text) {
    return Set.copyOf(WORD.matcher(text).results().map(MatchResult::group).distinct().toList());
  }
}
