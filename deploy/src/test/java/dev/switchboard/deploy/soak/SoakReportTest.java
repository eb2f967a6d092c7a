package dev.switchboard.deploy.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SoakReportTest {
  private static final String JOBS = Figure.ENTRIES + "push:jobs";
  private static final String KEPT = Figure.KEYS + "push:notification:<id>";

  private static SoakReport report(int samples) {
    Samples all = new Samples();
    for (int i = 0; i < samples; i++) {
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put(Figure.HEAP, i < samples / 2 ? 20e6 + i * 1e6 : 40e6);
      figures.put(Figure.HANDLES, 100.0 + i);
      figures.put(KEPT, 1_000.0 * i);
      if (i % 3 == 0) {
        figures.put(JOBS, 2.0);
      }
      all.add(30 * i, figures);
    }
    return new SoakReport(
        all, Map.of(Figure.HANDLES, 90.0), Duration.ofSeconds(30L * (samples - 1)));
  }

  private static String row(SoakReport report, String name) {
    return report.table().lines().filter(line -> line.startsWith("| " + name)).findFirst().get();
  }

  @Test
  void whatGrowsInTheSecondHalfIsNamed() {
    SoakReport report = report(40);
    assertThat(report.growing()).containsExactly(Figure.HANDLES);
    assertThat(row(report, Figure.HANDLES))
        .isEqualTo("| file handles | 90.0 | 121.0 | 138.0 | 19.0 | 0.0 | grows |");
    assertThat(row(report, Figure.HEAP)).contains("| 40.0 MB | 40.0 MB |").endsWith("| flat |");
  }

  @Test
  void whatIsKeptIsShownAndNotJudged() {
    assertThat(row(report(40), "keys of `push:notification:<id>`")).endsWith("than this |");
  }

  /** A row of Redis that is empty now and then is not there then. */
  @Test
  void whatIsNotThereCountsAsNothing() {
    assertThat(row(report(40), "entries of `push:jobs`")).contains("| 0.0 | 0.7 | 0.7 |");
  }

  @Test
  void shortRunSaysNothing() {
    SoakReport report = report(10);
    assertThat(report.isJudged()).isFalse();
    assertThat(report.growing()).isEmpty();
    assertThat(row(report, Figure.HANDLES)).endsWith("| too short |");
    assertThat(report(40).isJudged()).isTrue();
  }
}
