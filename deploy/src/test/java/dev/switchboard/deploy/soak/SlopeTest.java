package dev.switchboard.deploy.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlopeTest {
  private static final double[] EACH_MINUTE = series(60, i -> 60.0 * i);

  private static double[] series(int count, IntToDoubleFunction value) {
    return IntStream.range(0, count).mapToDouble(value).toArray();
  }

  @Test
  void lineWithoutNoiseIsFoundExactly() {
    Slope slope = Slope.of(EACH_MINUTE, series(60, i -> 7 + 30.0 * i));
    assertThat(slope.perSecond()).isCloseTo(0.5, within(1e-9));
    assertThat(slope.error()).isCloseTo(0, within(1e-9));
    assertThat(slope.mean()).isCloseTo(7 + 30 * 29.5, within(1e-9));
  }

  @Test
  void constantHasNeitherSlopeNorError() {
    Slope slope = Slope.of(EACH_MINUTE, series(60, i -> 42));
    assertThat(slope).isEqualTo(new Slope(0, 0, 42));
  }

  @Test
  void errorIsThatOfTheTextbook() {
    double[] seconds = {0, 1, 2, 3, 4, 5, 6, 7};
    double[] values = {1, -1, -1, 1, 1, -1, -1, 1};
    Slope slope = Slope.of(seconds, values);
    assertThat(slope.perSecond()).isCloseTo(0, within(1e-12));
    // Eight squares of 1 left over, six degrees of freedom, spread 42; neighbours share -1/8.
    assertThat(slope.error()).isCloseTo(Math.sqrt(8.0 / 6 / 42), within(1e-12));
  }

  /** Of a hundred flat series with a memory, hardly any is off by three standard errors. */
  @Test
  void neighboursThatResembleEachOtherMakeTheErrorLarger() {
    Random random = new Random(5);
    int beyond = 0;
    for (int run = 0; run < 100; run++) {
      double[] values = new double[60];
      for (int i = 1; i < values.length; i++) {
        values[i] = 0.7 * values[i - 1] + random.nextGaussian();
      }
      Slope slope = Slope.of(EACH_MINUTE, values);
      beyond += Math.abs(slope.perSecond()) > 3 * slope.error() ? 1 : 0;
    }
    assertThat(beyond).isLessThanOrEqualTo(5);
  }

  @Test
  void tooFewValuesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Slope.of(new double[] {1, 2}, new double[] {1, 2}))
        .withMessageContaining("2 values");
    assertThatIllegalArgumentException().isThrownBy(() -> Slope.of(EACH_MINUTE, new double[59]));
  }
}
