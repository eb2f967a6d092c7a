package dev.switchboard.deploy.soak;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What may be said on the command line.
 *
 * @param perSecond how many scenarios begin each second
 * @param sample how long between two looks at the figures
 * @param seed of what happens to whom
 * @param figures a file that gets every figure of every look
 */
record SoakOptions(
    int users,
    Duration length,
    double perSecond,
    Duration sample,
    long seed,
    Optional<Path> figures) {
  static final String HELP =
      """
      usage: deploy/bench/soak [options], with their defaults:
        --users 1000     how many are connected
        --minutes 120    how long things happen
        --rate 10        how many things begin each second: calls, chats, rooms, reconnections and so on
        --sample 30      seconds between two looks at the figures
        --seed 1         of what happens to whom
        --figures FILE   gets every figure of every look: second, name, value
      """;

  private static final SoakOptions USUAL =
      new SoakOptions(
          1_000, Duration.ofMinutes(120), 10, Duration.ofSeconds(30), 1, Optional.empty());

  /** Throws {@link IllegalArgumentException} for what is none of {@link #HELP}. */
  static SoakOptions read(String... words) {
    SoakOptions options = USUAL;
    for (int i = 0; i < words.length; i += 2) {
      if (i + 1 == words.length) {
        throw new IllegalArgumentException(words[i] + " needs a value");
      }
      options =
          words[i].equals("--figures")
              ? options.with(Path.of(words[i + 1]))
              : options.with(words[i], number(words[i], words[i + 1]));
    }
    return options;
  }

  private static double number(String option, String text) {
    try {
      double number = Double.parseDouble(text);
      if (number > 0 && number < 1e9) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException(option + " " + text + ": must be a number above 0");
  }

  private SoakOptions with(String option, double value) {
    return switch (option) {
      case "--users" ->
          new SoakOptions(enough((int) value), length, perSecond, sample, seed, figures);
      case "--minutes" ->
          new SoakOptions(users, seconds(60 * value), perSecond, sample, seed, figures);
      case "--rate" -> new SoakOptions(users, length, value, sample, seed, figures);
      case "--sample" -> new SoakOptions(users, length, perSecond, seconds(value), seed, figures);
      case "--seed" -> new SoakOptions(users, length, perSecond, sample, (long) value, figures);
      default -> throw new IllegalArgumentException("no option " + option);
    };
  }

  private SoakOptions with(Path file) {
    return new SoakOptions(users, length, perSecond, sample, seed, Optional.of(file));
  }

  private static int enough(int users) {
    if (users < 3) {
      throw new IllegalArgumentException("--users " + users + ": a chat takes 3");
    }
    return users;
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis((long) (1_000 * seconds));
  }
}
