package dev.switchboard.shared.testing.fuzz;

import dev.switchboard.shared.json.JsonLevels;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Texts of JSON as clients may write them: nearly all valid, and all of it unusual. */
public final class OddJson {
  private static final List<String> STRANGE =
      List.of(
          "1e999",
          "-1e-999",
          "-0",
          "-0.0",
          "0.1",
          "9007199254740993",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551616",
          "123456789012345678",
          "1234567890123456789",
          "1" + "0".repeat(400),
          "0." + "3".repeat(400),
          "1" + "0".repeat(1_200),
          "1E+5",
          "4.0",
          "\"\"",
          "\" \"",
          "\"\\ud800\"",
          "\"\\udc00\\ud800\"",
          "\"\\u0000\"",
          "\"\u202e\ud83d\ude00\"",
          "\"\ufffd\"",
          "\"../../etc\"",
          "\"a:b:c:d\"",
          "\"__proto__\"",
          "\"true\"",
          "\"2026-01-31T08:00:00Z\"",
          "\"" + "x".repeat(5_000) + "\"",
          "[null]",
          "{\"\":{}}",
          "{\"a\":1,\"a\":2}",
          "{\"_placeholder\":true,\"num\":0}",
          "{\"_placeholder\":true,\"num\":-1}",
          "{\"_placeholder\":true,\"num\":1e0}");

  private static final List<String> PIECES =
      List.of(
          "a",
          "b",
          "user",
          " ",
          "\\\"",
          "\\\\",
          "\\/",
          "\\n",
          "\\u0041",
          "\\u00e9",
          "\\ud83d\\ude00",
          "\\ud800",
          "\\u0000",
          "\u00e9",
          "\ud83d\ude00",
          "\ud800",
          "\u2028",
          "\ufffd",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\u007f",
          "'",
          "0");

  private static final List<String> BROKEN =
      List.of(
          "",
          "01",
          "+1",
          ".5",
          "1.",
          "1e",
          "-",
          "NaN",
          "Infinity",
          "nul",
          "tru",
          "True",
          "'a'",
          "\"",
          "\"\\x\"",
          "\"\\u12\"",
          "\"\u0000\"",
          "\"\n\"",
          "[",
          "]",
          "[1,]",
          "[,1]",
          "{",
          "}",
          "{a:1}",
          "{\"a\"}",
          "{\"a\":1,}",
          "{1:2}",
          "//",
          "\u00a0",
          "\ufeff1",
          "1 2");

  private static final List<String> BLANKS = List.of(" ", "\n", "\t", "\r", "  ");

  private OddJson() {}

  /** One of some. */
  public static <T> T one(RandomGenerator random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** True once in so many times. */
  public static boolean onceIn(RandomGenerator random, int times) {
    return random.nextInt(times) == 0;
  }

  /** Any value. */
  public static String value(RandomGenerator random) {
    return value(random, 0);
  }

  private static String value(RandomGenerator random, int depth) {
    int kind = random.nextInt(depth > 4 ? 12 : 20);
    if (kind < 5) {
      return string(random);
    }
    if (kind < 8) {
      return Integer.toString(random.nextInt(-2, 1_000));
    }
    return switch (kind) {
      case 8 -> "null";
      case 9 -> onceIn(random, 2) ? "true" : "false";
      case 10 -> strange(random);
      case 11 -> random.nextDouble() + (onceIn(random, 2) ? "e3" : "");
      case 12, 13, 14, 15 -> array(random, depth);
      default -> object(random, depth);
    };
  }

  /** A value that few think of. */
  public static String strange(RandomGenerator random) {
    return onceIn(random, 30) ? deep(random) : one(random, STRANGE);
  }

  /** What is no JSON. */
  public static String broken(RandomGenerator random) {
    return one(random, BROKEN);
  }

  /** Of about as many levels as are read somewhere, or far more. */
  private static String deep(RandomGenerator random) {
    int most = one(random, List.of(JsonLevels.OF_CLIENTS, JsonLevels.INSIDE));
    int levels = onceIn(random, 3) ? 1_000 : most - 4 + random.nextInt(6);
    return onceIn(random, 2)
        ? "[".repeat(levels) + "]".repeat(levels)
        : "{\"a\":".repeat(levels) + "1" + "}".repeat(levels);
  }

  /** A string with its quotes. */
  public static String string(RandomGenerator random) {
    StringBuilder text = new StringBuilder("\"");
    for (int left = random.nextInt(6); left > 0; left--) {
      text.append(one(random, PIECES));
    }
    return text.append('"').toString();
  }

  private static String blanks(RandomGenerator random) {
    return onceIn(random, 12) ? one(random, BLANKS) : "";
  }

  /** Values between brackets, of which the first is this one. */
  public static String arrayOf(RandomGenerator random, String first) {
    StringBuilder text = new StringBuilder("[").append(blanks(random)).append(first);
    for (int left = random.nextInt(4); left > 0; left--) {
      text.append(blanks(random)).append(',').append(blanks(random)).append(value(random, 1));
    }
    return text.append(blanks(random)).append(']').toString();
  }

  private static String array(RandomGenerator random, int depth) {
    return onceIn(random, 6) ? "[]" : arrayOf(random, value(random, depth + 1));
  }

  private static String object(RandomGenerator random, int depth) {
    StringBuilder text = new StringBuilder("{");
    for (int left = random.nextInt(4); left > 0; left--) {
      member(random, text, string(random), value(random, depth + 1));
    }
    return text.append(blanks(random)).append('}').toString();
  }

  /**
   * An object with some of these members, each with a usual value of its own now and then, else
   * any, some twice, and with others between them.
   *
   * @param usual JSON texts by name
   */
  public static String object(RandomGenerator random, Map<String, List<String>> usual) {
    StringBuilder text = new StringBuilder("{");
    usual.forEach(
        (name, values) -> {
          for (int times = onceIn(random, 8) ? random.nextInt(3) : 1; times > 0; times--) {
            String value =
                values.isEmpty() || onceIn(random, 6) ? value(random, 1) : one(random, values);
            member(random, text, quoted(random, name), value);
          }
          if (onceIn(random, 12)) {
            member(random, text, string(random), value(random, 1));
          }
        });
    return text.append(blanks(random)).append('}').toString();
  }

  private static void member(RandomGenerator random, StringBuilder to, String name, String value) {
    to.append(to.length() == 1 ? "" : ",").append(blanks(random)).append(name);
    to.append(blanks(random)).append(':').append(blanks(random)).append(value);
  }

  /** A name, sometimes with an escape for its first letter. */
  private static String quoted(RandomGenerator random, String name) {
    return name.isEmpty() || !onceIn(random, 16)
        ? '"' + name + '"'
        : String.format("\"\\u%04x%s\"", (int) name.charAt(0), name.substring(1));
  }
}
