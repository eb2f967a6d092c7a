package dev.switchboard.shared.webhooks;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs what the team's back end is sent (Standard Webhooks, version 1): {@code v1,} and the base64
 * of the HMAC-SHA256 over {@code <id>.<timestamp>.<body>}, one for each secret, separated by
 * blanks. So a receiver may know the old or the new one while they rotate. Immutable, used on any
 * thread.
 */
public final class WebhookSigner {
  private static final String SETTING = "WEBHOOK_SECRET";
  private static final String PREFIX = "whsec_";
  private static final String HMAC = "HmacSHA256";
  private static final int SHORTEST_KEY = 24;
  private static final int LONGEST_KEY = 64;

  private final List<SecretKeySpec> keys;

  private WebhookSigner(List<SecretKeySpec> keys) {
    this.keys = List.copyOf(keys);
  }

  /** Reads {@code WEBHOOK_SECRET}; throws {@link BadSettingException}, which shows no secret. */
  public static WebhookSigner from(Settings settings) {
    List<SecretKeySpec> keys = new ArrayList<>();
    settings.list(SETTING, List.of()).forEach(secret -> keys.addAll(keys(secret)));
    return new WebhookSigner(keys);
  }

  /**
   * A secret without the prefix is its text. One that reads as a key in base64, too, signs as both:
   * libraries differ in which of them it is.
   */
  private static List<SecretKeySpec> keys(String secret) {
    if (secret.startsWith(PREFIX)) {
      byte[] key = decode(secret.substring(PREFIX.length()));
      if (key.length == 0) {
        throw new BadSettingException(
            SETTING, "what follows whsec_ is not base64; make one with: openssl rand -base64 32");
      }
      return List.of(key(key));
    }
    byte[] decoded = decode(secret);
    SecretKeySpec text = key(secret.getBytes(StandardCharsets.UTF_8));
    return decoded.length >= SHORTEST_KEY && decoded.length <= LONGEST_KEY
        ? List.of(text, key(decoded))
        : List.of(text);
  }

  private static byte[] decode(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static SecretKeySpec key(byte[] bytes) {
    return new SecretKeySpec(bytes, HMAC);
  }

  /** True if there is a secret. */
  public boolean isConfigured() {
    return !keys.isEmpty();
  }

  /**
   * The headers of one attempt; without the signature if there is no secret.
   *
   * @param id the same at each attempt
   * @param nowMillis when this attempt is made, milliseconds since the epoch
   */
  public Map<String, String> headers(String id, long nowMillis, String body) {
    String timestamp = Long.toString(nowMillis / 1_000);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("webhook-id", id);
    headers.put("webhook-timestamp", timestamp);
    if (isConfigured()) {
      byte[] signed = (id + '.' + timestamp + '.' + body).getBytes(StandardCharsets.UTF_8);
      headers.put(
          "webhook-signature",
          String.join(" ", keys.stream().map(key -> signature(key, signed)).toList()));
    }
    return headers;
  }

  private static String signature(SecretKeySpec key, byte[] signed) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no " + HMAC, e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WebhookSigner same && same.keys.equals(keys);
  }

  @Override
  public int hashCode() {
    return keys.hashCode();
  }
}
