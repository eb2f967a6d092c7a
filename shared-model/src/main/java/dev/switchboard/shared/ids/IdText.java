package dev.switchboard.shared.ids;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Ids of users, devices, rooms and join codes in JSON. An app whose database counts its users
 * writes them as numbers, here and there: the number 42 and the text "42" are one id.
 */
public final class IdText {
  /** Up to here each whole number is a double of its own (2^53 - 1). */
  private static final double MAX_EXACT = 9_007_199_254_740_991d;

  private IdText() {}

  /**
   * The text of a value of JSON that is an id: a string as it is, a whole number in its digits
   * (42.0 is 42). Null for everything else, such as null, 4.5 or an object.
   */
  public static @Nullable String of(@Nullable Object value) {
    return switch (value) {
      case String text -> text;
      case Integer number -> number.toString();
      case Long number -> number.toString();
      case BigInteger number -> number.toString();
      case Double number when isWhole(number) -> Long.toString(number.longValue());
      case null, default -> null;
    };
  }

  private static boolean isWhole(double number) {
    return number == Math.rint(number) && Math.abs(number) <= MAX_EXACT;
  }
}
