package dev.switchboard.push.send;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Retry-After} of an answer: seconds, or a date in one of the three forms that HTTP has
 * for it (RFC 9110 sections 10.2.3 and 5.6.7). Pure.
 */
public final class RetryAfter {
  private static final int CENTURY = 100;

  private RetryAfter() {}

  /**
   * How long to wait, nothing for a date that is over; null if it is in neither form that can be
   * read.
   */
  public static @Nullable Duration parse(@Nullable String header, Instant now) {
    if (header == null) {
      return null;
    }
    String text = header.strip();
    if (text.matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(text));
    }
    // the day of the week says nothing new, and may be wrong
    String date = text.replaceAll("\\s+", " ").replaceFirst("^[A-Za-z]+,? ", "");
    for (DateTimeFormatter form : forms(now)) {
      try {
        Instant then = LocalDateTime.parse(date, form).toInstant(ZoneOffset.UTC);
        return then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO;
      } catch (DateTimeException e) {
        // perhaps in the next form
      }
    }
    return null;
  }

  /** A year of two digits is at most 50 years ahead (RFC 9110 section 5.6.7). */
  private static List<DateTimeFormatter> forms(Instant now) {
    int earliest = now.atOffset(ZoneOffset.UTC).getYear() + CENTURY / 2 - (CENTURY - 1);
    return List.of(
        form("d MMM yyyy HH:mm:ss 'GMT'"),
        new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern("d-MMM-")
            .appendValueReduced(ChronoField.YEAR, 2, 2, earliest)
            .appendPattern(" HH:mm:ss 'GMT'")
            .toFormatter(Locale.US),
        form("MMM d HH:mm:ss yyyy"));
  }

  private static DateTimeFormatter form(String pattern) {
    return new DateTimeFormatterBuilder()
        .parseCaseInsensitive()
        .appendPattern(pattern.replace("yyyy", "uuuu"))
        .toFormatter(Locale.US);
  }
}
