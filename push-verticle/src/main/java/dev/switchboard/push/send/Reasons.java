package dev.switchboard.push.send;

/** A provider's words, made fit for logs and answers. Pure. */
public final class Reasons {
  private static final int MOST_CHARS = 120;

  /** Longer than any word: a token, an endpoint or a key. */
  private static final String SECRET = "[^\\s\"'<>,;()]{33,}";

  private Reasons() {}

  /** In one line, of bounded length, without what may be a secret. */
  public static String clean(String words) {
    String line =
        words
            .substring(0, Math.min(words.length(), 4_096))
            .replaceAll("\\p{Cntrl}|\\s", " ")
            .replaceAll(SECRET, "…")
            .replaceAll(" +", " ")
            .strip();
    int points = line.codePointCount(0, line.length());
    return points <= MOST_CHARS
        ? line
        : line.substring(0, line.offsetByCodePoints(0, MOST_CHARS - 1)) + "…";
  }
}
