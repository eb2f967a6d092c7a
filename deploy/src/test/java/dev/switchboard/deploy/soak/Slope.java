package dev.switchboard.deploy.soak;

/**
 * The straight line through a series by least squares.
 *
 * @param perSecond how much it rises each second
 * @param error the standard error of that. Neighbours that resemble each other, as those of a
 *     figure with a memory do, say less than as many that do not: it is larger by what they share
 *     (the first autocorrelation of what the line leaves over).
 * @param mean of the values
 */
record Slope(double perSecond, double error, double mean) {
  /** Fewer values say nothing. */
  static final int LEAST_VALUES = 8;

  /** Beyond it a handful of values would be left to go by, and anything would be noise. */
  private static final double MOST_SHARED = 0.9;

  /**
   * Throws {@link IllegalArgumentException} if there are fewer than {@link #LEAST_VALUES}, or not
   * as many of one as of the other.
   *
   * @param seconds when each value was taken, in their order
   */
  static Slope of(double[] seconds, double[] values) {
    int count = values.length;
    if (count < LEAST_VALUES || seconds.length != count) {
      throw new IllegalArgumentException(
          count + " values at " + seconds.length + " times; at least " + LEAST_VALUES);
    }
    double meanTime = mean(seconds);
    double mean = mean(values);
    double spread = 0;
    double common = 0;
    for (int i = 0; i < count; i++) {
      spread += (seconds[i] - meanTime) * (seconds[i] - meanTime);
      common += (seconds[i] - meanTime) * (values[i] - mean);
    }
    double slope = common / spread;
    double[] left = new double[count];
    double squares = 0;
    for (int i = 0; i < count; i++) {
      left[i] = values[i] - mean - slope * (seconds[i] - meanTime);
      squares += left[i] * left[i];
    }
    double shared = Math.clamp(autocorrelation(left, squares), 0, MOST_SHARED);
    double error = Math.sqrt(squares / (count - 2) / spread * (1 + shared) / (1 - shared));
    return new Slope(slope, error, mean);
  }

  private static double autocorrelation(double[] left, double squares) {
    if (squares == 0) {
      return 0;
    }
    double products = 0;
    for (int i = 1; i < left.length; i++) {
      products += left[i] * left[i - 1];
    }
    return products / squares;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
