package dev.switchboard.deploy.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Figures by name, each time they were looked at. */
final class Samples {
  private record Sample(double second, Map<String, Double> figures) {}

  private final List<Sample> samples = new ArrayList<>();

  /** Adds those of a time, in seconds since the first. What is not there was nothing. */
  synchronized void add(double second, Map<String, Double> figures) {
    samples.add(new Sample(second, figures));
  }

  /** Writes all as lines of second, name and value. */
  synchronized void write(Path file) {
    List<String> lines = new ArrayList<>();
    for (Sample sample : samples) {
      sample
          .figures()
          .forEach(
              (name, value) ->
                  lines.add(
                      String.format(Locale.ROOT, "%.1f,%s,%.1f", sample.second(), name, value)));
    }
    try {
      Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every name that there was. */
  synchronized Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    samples.forEach(sample -> names.addAll(sample.figures().keySet()));
    return names;
  }

  /** How one of them went on. */
  synchronized Series series(String name) {
    return Series.of(
        samples.stream().map(Sample::second).toList(),
        samples.stream().map(sample -> sample.figures().getOrDefault(name, 0.0)).toList());
  }
}
