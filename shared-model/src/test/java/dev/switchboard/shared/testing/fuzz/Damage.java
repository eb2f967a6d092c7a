package dev.switchboard.shared.testing.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Breaks what was whole: cut, changed, doubled or with something else within. */
public final class Damage {
  private static final String SPECIAL =
      "{}[]\",:\\/ \n\t\r0123456789-+.eEub_\u0000\u001e\u007f\u00a0\u00e9\ufffd\ud800\udc00\ufeff";

  /** What is not UTF-8: a lone part, an overlong one, half a pair, beyond Unicode, cut short. */
  private static final List<byte[]> NOT_UTF8 =
      List.of(
          new byte[] {(byte) 0x80},
          new byte[] {(byte) 0xc0, (byte) 0x80},
          new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
          new byte[] {(byte) 0xf5, (byte) 0x80, (byte) 0x80, (byte) 0x80},
          new byte[] {(byte) 0xe2, (byte) 0x82},
          new byte[] {(byte) 0xff});

  private Damage() {}

  /** The text with one to three damages. */
  public static String text(RandomGenerator random, String whole) {
    String text = whole;
    for (int left = random.nextInt(1, 4); left > 0; left--) {
      int at = random.nextInt(text.length() + 1);
      int to = Math.min(text.length(), at + random.nextInt(1, 6));
      String head = text.substring(0, at);
      String tail = text.substring(to);
      text =
          switch (random.nextInt(6)) {
            case 0 -> head;
            case 1 -> head + tail;
            case 2 -> head + text.substring(at, to) + text.substring(at);
            case 3 -> head + OddJson.broken(random) + text.substring(at);
            case 4 -> head + special(random) + text.substring(at);
            default -> head + special(random) + tail;
          };
    }
    return text;
  }

  private static char special(RandomGenerator random) {
    return SPECIAL.charAt(random.nextInt(SPECIAL.length()));
  }

  /** The bytes with one to three damages. */
  public static byte[] bytes(RandomGenerator random, byte[] whole) {
    byte[] bytes = whole;
    for (int left = random.nextInt(1, 4); left > 0; left--) {
      int at = random.nextInt(bytes.length + 1);
      bytes =
          switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> with(bytes, at, OddJson.one(random, NOT_UTF8));
            case 2 -> with(bytes, at, new byte[] {(byte) random.nextInt()});
            default -> flipped(bytes, at, 1 << random.nextInt(8));
          };
    }
    return bytes;
  }

  private static byte[] with(byte[] bytes, int at, byte[] more) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + more.length);
    out.write(bytes, 0, at);
    out.writeBytes(more);
    out.write(bytes, at, bytes.length - at);
    return out.toByteArray();
  }

  private static byte[] flipped(byte[] bytes, int at, int bit) {
    byte[] changed = bytes.clone();
    if (at < changed.length) {
      changed[at] ^= (byte) bit;
    }
    return changed;
  }
}
