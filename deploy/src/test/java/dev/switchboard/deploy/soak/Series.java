package dev.switchboard.deploy.soak;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a figure went on during a run.
 *
 * @param seconds when each value was taken, since the first
 */
record Series(double[] seconds, double[] values) {
  /**
   * Within so many standard errors a slope is noise: of a thousand flat figures three go beyond.
   */
  private static final double ERRORS = 3;

  /** What is known of a figure after a run. */
  enum Verdict {
    FLAT,
    GROWS,
    /** Too few values to say. */
    TOO_SHORT
  }

  /**
   * The verdict on a figure, and what it rests on.
   *
   * @param growth by which it rose over the part that was judged, in its unit
   * @param error the standard error of that
   * @param noise the rise that counts for nothing, in its unit
   */
  record Trend(Verdict verdict, double growth, double error, double noise) {}

  static Series of(List<Double> seconds, List<Double> values) {
    return new Series(array(seconds), array(values));
  }

  private static double[] array(List<Double> numbers) {
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** What comes at or after a time. */
  Series from(double second) {
    int[] later = IntStream.range(0, seconds.length).filter(i -> seconds[i] >= second).toArray();
    return new Series(
        Arrays.stream(later).mapToDouble(i -> seconds[i]).toArray(),
        Arrays.stream(later).mapToDouble(i -> values[i]).toArray());
  }

  /**
   * It is flat if its slope is within three standard errors, or if it rose by no more than an
   * allowance; what falls does not grow.
   *
   * @param share of its mean that it may rise by
   * @param floor that it may rise by in any case, in its unit
   */
  Trend trend(double share, double floor) {
    if (values.length < Slope.LEAST_VALUES) {
      return new Trend(Verdict.TOO_SHORT, 0, 0, 0);
    }
    Slope slope = Slope.of(seconds, values);
    double span = seconds[seconds.length - 1] - seconds[0];
    double growth = slope.perSecond() * span;
    double error = slope.error() * span;
    double allowed = Math.max(share * Math.abs(slope.mean()), floor);
    double noise = Math.max(ERRORS * error, allowed);
    return new Trend(growth > noise ? Verdict.GROWS : Verdict.FLAT, growth, error, noise);
  }

  /** The mean of so many of its first or, with a negative number, of its last values. */
  double mean(int count) {
    int many = Math.min(Math.abs(count), values.length);
    double[] some =
        count > 0
            ? Arrays.copyOf(values, many)
            : Arrays.copyOfRange(values, values.length - many, values.length);
    return Arrays.stream(some).average().orElse(0);
  }
}
