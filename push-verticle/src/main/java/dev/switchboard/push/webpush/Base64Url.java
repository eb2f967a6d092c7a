package dev.switchboard.push.webpush;

import java.util.Base64;
import java.util.Optional;

/** Base64 with the alphabet of URLs (RFC 4648 section 5), written without padding. */
final class Base64Url {
  private Base64Url() {}

  static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Reads either alphabet, with or without padding; empty if it is neither. */
  static Optional<byte[]> decode(String text) {
    try {
      return Optional.of(Base64.getUrlDecoder().decode(text.replace('+', '-').replace('/', '_')));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
