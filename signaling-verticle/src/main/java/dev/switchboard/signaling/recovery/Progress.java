package dev.switchboard.signaling.recovery;

import org.jspecify.annotations.Nullable;

/**
 * Which of the numbered events, or messages, of one chat session a client has got. They may arrive
 * in another order than that of their numbers, and most clients are not meant to get all: besides
 * the highest number it knows which of the {@value #WINDOW} before it were delivered.
 *
 * @param highest the highest number that was delivered
 * @param mask bit {@code i} is set if {@code highest - 1 - i} was delivered
 */
public record Progress(long highest, long mask) {
  /** How many numbers before the highest are told apart. */
  static final int WINDOW = Long.SIZE;

  private static final int RADIX = Character.MAX_RADIX;
  private static final int MOST_DIGITS = 11;

  /** Everything up to a number is known. */
  public static Progress upTo(long number) {
    return new Progress(number, -1);
  }

  /** True if an event needs not be sent any more. */
  public boolean has(long number) {
    long before = highest - 1 - number;
    return before < 0 ? number == highest : before >= WINDOW || ((mask >> before) & 1) == 1;
  }

  /** The same with one event more. */
  public Progress and(long number) {
    if (number <= highest) {
      long before = highest - 1 - number;
      return before < 0 || before >= WINDOW ? this : new Progress(highest, mask | (1L << before));
    }
    long steps = number - highest;
    if (steps > WINDOW) {
      return new Progress(number, 0);
    }
    long shifted = steps == WINDOW ? 0 : mask << steps;
    return new Progress(number, shifted | (1L << (steps - 1)));
  }

  /** The same with everything up to a number. */
  public Progress andUpTo(long number) {
    if (number >= highest) {
      return upTo(number);
    }
    long before = highest - 1 - number;
    return before >= WINDOW ? this : new Progress(highest, mask | (-1L << before));
  }

  /** The text that {@link #parse} reads. */
  String text() {
    String number = Long.toString(highest, RADIX);
    return mask == -1 ? number : number + "." + Long.toHexString(mask);
  }

  /** Reads what a client sent; null for anything else than a {@link #text()}. */
  static @Nullable Progress parse(String text) {
    int dot = text.indexOf('.');
    String number = dot < 0 ? text : text.substring(0, dot);
    if (number.isEmpty() || number.length() > MOST_DIGITS || number.charAt(0) == '-') {
      return null;
    }
    try {
      return new Progress(
          Long.parseLong(number, RADIX),
          dot < 0 ? -1 : Long.parseUnsignedLong(text.substring(dot + 1), 16));
    } catch (NumberFormatException notOurs) {
      return null;
    }
  }
}
