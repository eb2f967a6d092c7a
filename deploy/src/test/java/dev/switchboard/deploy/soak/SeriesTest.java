package dev.switchboard.deploy.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.switchboard.deploy.soak.Series.Trend;
import dev.switchboard.deploy.soak.Series.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class SeriesTest {
  private static final int VALUES = 120;
  private static final double SHARE = 0.02;
  private static final double FLOOR = 5;

  private static Series each30Seconds(int count, IntToDoubleFunction value) {
    List<Double> seconds = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      seconds.add(30.0 * i);
      values.add(value.applyAsDouble(i));
    }
    return Series.of(seconds, values);
  }

  private static Trend judge(IntToDoubleFunction value) {
    return each30Seconds(VALUES, value).trend(SHARE, FLOOR);
  }

  private static Verdict verdict(IntToDoubleFunction value) {
    return judge(value).verdict();
  }

  @Test
  void whatGrowsInAStraightLineGrows() {
    Trend trend = judge(i -> 1_000 + i);
    assertThat(trend.verdict()).isEqualTo(Verdict.GROWS);
    assertThat(trend.growth()).isCloseTo(VALUES - 1.0, within(1e-6));
    assertThat(trend.error()).isCloseTo(0, within(1e-6));
  }

  @Test
  void whatGrowsUnderMuchNoiseGrows() {
    Random random = new Random(1);
    assertThat(verdict(i -> 1_000 + i + 30 * random.nextGaussian())).isEqualTo(Verdict.GROWS);
  }

  @Test
  void whatGrowsInStepsOrMoreAndMoreSlowlyGrows() {
    assertThat(verdict(i -> 100 + 20 * (i / 30))).isEqualTo(Verdict.GROWS);
    assertThat(verdict(i -> 100 + 10 * Math.sqrt(i))).isEqualTo(Verdict.GROWS);
  }

  @Test
  void whatIsConstantIsFlat() {
    assertThat(judge(i -> 17)).isEqualTo(new Trend(Verdict.FLAT, 0, 0, FLOOR));
    assertThat(verdict(i -> 0)).isEqualTo(Verdict.FLAT);
  }

  @Test
  void noiseIsFlatHoweverLoud() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      assertThat(verdict(i -> 1_000 + 200 * random.nextGaussian()))
          .as("seed " + seed)
          .isEqualTo(Verdict.FLAT);
    }
  }

  @Test
  void sawteethOfACollectorAreFlat() {
    assertThat(verdict(i -> 500 + 40 * (i % 9))).isEqualTo(Verdict.FLAT);
  }

  @Test
  void whatFallsDoesNotGrow() {
    assertThat(verdict(i -> 1_000 - 5 * i)).isEqualTo(Verdict.FLAT);
  }

  /** A line without any noise, which is beyond every multiple of its error. */
  @Test
  void littleGrowthIsAllowed() {
    assertThat(verdict(i -> 1_000 + 0.1 * i)).isEqualTo(Verdict.FLAT);
    assertThat(verdict(i -> 1_000 + 0.2 * i)).isEqualTo(Verdict.GROWS);
    assertThat(verdict(i -> 10 + 0.04 * i)).isEqualTo(Verdict.FLAT);
    assertThat(verdict(i -> 10 + 0.05 * i)).isEqualTo(Verdict.GROWS);
  }

  @Test
  void warmingUpIsNotJudged() {
    Series warming = each30Seconds(VALUES, i -> i < 50 ? 20 * i : 1_000);
    assertThat(warming.trend(SHARE, FLOOR).verdict()).isEqualTo(Verdict.GROWS);
    Series later = warming.from(30 * VALUES / 2.0);
    assertThat(later.values()).hasSize(VALUES / 2);
    assertThat(later.trend(SHARE, FLOOR).verdict()).isEqualTo(Verdict.FLAT);
  }

  @Test
  void fewValuesSayNothing() {
    Trend trend = each30Seconds(7, i -> 1_000 * i).trend(SHARE, FLOOR);
    assertThat(trend.verdict()).isEqualTo(Verdict.TOO_SHORT);
  }

  @Test
  void endsAreMeans() {
    Series series = each30Seconds(10, i -> i);
    assertThat(series.mean(3)).isEqualTo(1);
    assertThat(series.mean(-3)).isEqualTo(8);
    assertThat(each30Seconds(0, i -> i).mean(3)).isZero();
  }
}
