package dev.switchboard.signaling.edge;

import java.util.ArrayList;
import java.util.List;

/** What became of an {@link EdgeMessage}. */
public enum Receipt {
  /** The endpoint took it. */
  DELIVERED('D'),
  /** There is no such endpoint, or no such edge: the address is stale. */
  STALE('S'),
  /** No answer within the timeout; it may or may not have arrived. */
  UNKNOWN('U');

  private final char letter;

  Receipt(char letter) {
    this.letter = letter;
  }

  /** Receipts as they cross nodes: a letter each. */
  public static String write(List<Receipt> receipts) {
    StringBuilder text = new StringBuilder(receipts.size());
    receipts.forEach(receipt -> text.append(receipt.letter));
    return text.toString();
  }

  /** Reads what {@link #write} writes. */
  static List<Receipt> read(String text) {
    List<Receipt> receipts = new ArrayList<>(text.length());
    for (int i = 0; i < text.length(); i++) {
      receipts.add(
          switch (text.charAt(i)) {
            case 'D' -> DELIVERED;
            case 'S' -> STALE;
            case 'U' -> UNKNOWN;
            default -> throw new IllegalArgumentException("no receipts: " + text);
          });
    }
    return receipts;
  }
}
