package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.chaos.Event.Kind;
import java.util.List;

/**
 * What may be gone since Redis has lost data: all that was acknowledged before it was emptied, and
 * the last moments before its replica took its place. Nothing else of what is promised is given up
 * for it: nobody stays deaf, busy or in a call, nothing comes twice on a connection.
 */
final class Losses {
  /** How long an answer may be under way to whoever writes it down. */
  private static final long UNDER_WAY_MILLIS = 2_000;

  /** How far the replica may be behind the primary. */
  private static final long BEHIND_MILLIS = 2_000;

  private final List<Span> spans;

  private record Span(long firstMillis, long lastMillis) {}

  Losses(History history) {
    spans = history.of(Kind.FAULT_BEGAN).flatMap(event -> span(event).stream()).toList();
  }

  private static List<Span> span(Event began) {
    long at = began.atMillis();
    if (began.subject().equals(FaultKind.REDIS_EMPTIED.name())) {
      return List.of(new Span(0, at + UNDER_WAY_MILLIS));
    }
    return began.subject().equals(FaultKind.REDIS_FAILED_OVER.name())
        ? List.of(new Span(at - BEHIND_MILLIS, at + UNDER_WAY_MILLIS))
        : List.of();
  }

  /** True if what was acknowledged at a time may be gone. */
  boolean concern(Event acknowledged) {
    return spans.stream()
        .anyMatch(
            span ->
                acknowledged.atMillis() >= span.firstMillis()
                    && acknowledged.atMillis() <= span.lastMillis());
  }

  /** True if what was known at the first of two times may be forgotten at the other. */
  boolean between(long firstMillis, long lastMillis) {
    return spans.stream()
        .anyMatch(span -> span.firstMillis() <= lastMillis && span.lastMillis() >= firstMillis);
  }
}
