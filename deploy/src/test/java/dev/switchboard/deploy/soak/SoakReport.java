package dev.switchboard.deploy.soak;

import dev.switchboard.deploy.soak.Series.Trend;
import dev.switchboard.deploy.soak.Series.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The table of a run, and whether anything in it grows. Judges the second half. */
final class SoakReport {
  private static final int ENDS = 3;
  private static final String ROW = "| %s | %s | %s | %s | %s | %s | %s |";

  private final List<String> lines = new ArrayList<>();
  private final List<String> growing = new ArrayList<>();
  private boolean judged = true;

  /**
   * Judges a run.
   *
   * @param before what there was before anybody came
   * @param length how long things happened
   */
  SoakReport(Samples samples, Map<String, Double> before, Duration length) {
    double half = length.toMillis() / 2_000.0;
    lines.add(
        ROW.formatted(
            "figure", "before", "half-way", "at the end", "growth", "standard error", "verdict"));
    lines.add("|---|---:|---:|---:|---:|---:|---|");
    for (String name : samples.names()) {
      Figure figure = Figure.of(name);
      Series later = samples.series(name).from(half);
      Trend trend = later.trend(figure.share(), figure.floor());
      judged &= trend.verdict() != Verdict.TOO_SHORT;
      boolean kept = Soak.KEPT.contains(name.replace(Figure.KEYS, ""));
      if (trend.verdict() == Verdict.GROWS && !kept) {
        growing.add(name);
      }
      lines.add(
          ROW.formatted(
              name.replaceFirst("(\\S+:\\S*)", "`$1`"),
              figure.show(before.getOrDefault(name, 0.0)),
              figure.show(later.mean(ENDS)),
              figure.show(later.mean(-ENDS)),
              figure.show(trend.growth()),
              figure.show(trend.error()),
              verdict(trend, kept, figure)));
    }
  }

  private static String verdict(Trend trend, boolean kept, Figure figure) {
    if (kept) {
      return "kept for longer than this";
    }
    if (!figure.isJudged()) {
      return "not judged";
    }
    return trend.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** The table, in Markdown. */
  String table() {
    return String.join(System.lineSeparator(), lines);
  }

  /** False if there were too few looks to say anything. */
  boolean isJudged() {
    return judged;
  }

  /** The figures that grow. */
  List<String> growing() {
    return growing;
  }
}
