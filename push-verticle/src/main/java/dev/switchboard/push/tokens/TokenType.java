package dev.switchboard.push.tokens;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a device token or subscription is for, and what one looks like. */
public enum TokenType {
  // Google documents no form; what is seen is base64url with colons, from some 140 characters; an
  // entry of an index in Postgres may have no more than 2704 bytes
  FCM("[A-Za-z0-9_:.=%-]{8,2048}", "an FCM registration token or Firebase installation id"),
  APNS("[0-9A-Fa-f]{64,200}", "64 to 200 hexadecimal characters"),
  APNS_VOIP("[0-9A-Fa-f]{64,200}", "64 to 200 hexadecimal characters"),
  WEBPUSH("https?://[!-~]{1,2040}", "the endpoint of a Web Push subscription");

  /** A Firebase installation id: 17 bytes in base64url, the first four bits 0111. */
  private static final Pattern INSTALLATION_ID = Pattern.compile("[cdef][A-Za-z0-9_-]{21}");

  static final String FCM_OF_BROWSER = "web";

  private final String wireName = name().toLowerCase(Locale.ROOT);
  private final Pattern form;
  private final String description;

  TokenType(String form, String description) {
    this.form = Pattern.compile(form);
    this.description = description;
  }

  /** The type of that name on the wire and in Postgres. */
  public static Optional<TokenType> of(String wireName) {
    return Arrays.stream(values()).filter(type -> type.wireName().equals(wireName)).findFirst();
  }

  /**
   * The type of that name that a device registers a token of; subscriptions have their own way.
   * {@code web} is what browsers with Firebase's library call their FCM token.
   */
  static Optional<TokenType> ofToken(String wireName) {
    return of(kept(wireName)).filter(type -> type != WEBPUSH);
  }

  /** The name under which a token of a type is kept. */
  static String kept(String wireName) {
    return wireName.equals(FCM_OF_BROWSER) ? FCM.wireName() : wireName;
  }

  /** The names of all types of token, for messages. */
  static String names() {
    return Arrays.stream(values())
        .filter(type -> type != WEBPUSH)
        .map(TokenType::wireName)
        .collect(Collectors.joining(", ", "", ", " + FCM_OF_BROWSER));
  }

  /** The name on the wire and in Postgres. */
  public String wireName() {
    return wireName;
  }

  /** What a token of this type has to look like, in words. */
  String description() {
    return description;
  }

  /** The one spelling in which a token is kept; empty if it can't be a token of this type. */
  public Optional<String> canonical(String token) {
    if (!form.matcher(token).matches()) {
      return Optional.empty();
    }
    // two spellings of one APNs token would belong to two users
    boolean hex = this == APNS || this == APNS_VOIP;
    return Optional.of(hex ? token.toLowerCase(Locale.ROOT) : token);
  }

  /** {@code token} or {@code fid}. */
  public String kind(String token) {
    return this == FCM && INSTALLATION_ID.matcher(token).matches() ? "fid" : "token";
  }
}
