package dev.switchboard.deploy;

import java.util.List;
import java.util.Locale;

/** An {@code Accept} header (RFC 9110 section 12.5.1). */
record AcceptedTypes(List<Range> ranges) {
  private record Range(String type, double weight) {}

  static AcceptedTypes parse(List<String> headers) {
    return new AcceptedTypes(
        headers.stream()
            .flatMap(header -> List.of(header.split(",", -1)).stream())
            .map(AcceptedTypes::range)
            .toList());
  }

  private static Range range(String text) {
    String[] parts = text.split(";", -1);
    double weight = 1;
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
      if (parameter.startsWith("q=")) {
        weight = weight(parameter.substring(2));
      }
    }
    return new Range(parts[0].strip().toLowerCase(Locale.ROOT), weight);
  }

  private static double weight(String text) {
    return text.matches("[01](\\.[0-9]{0,3})?") ? Double.parseDouble(text) : 0;
  }

  /**
   * True if HTML is asked for by its name and plain text is not preferred to it. Browsers do so;
   * programs take anything.
   */
  boolean prefersHtml() {
    double html = Math.max(weightOf("text/html"), weightOf("application/xhtml+xml"));
    return html > 0 && html >= weightOf("text/plain", "text/*", "*/*");
  }

  /** The weight of the first of these names that is there. */
  private double weightOf(String... names) {
    for (String name : names) {
      List<Range> named = ranges.stream().filter(range -> range.type.equals(name)).toList();
      if (!named.isEmpty()) {
        return named.getLast().weight;
      }
    }
    return 0;
  }
}
