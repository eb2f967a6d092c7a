package dev.switchboard.shared.auth;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How tokens are checked. At least one of secrets, public key and JWKS URL is present: a verifier
 * without keys would have to accept unsigned tokens.
 *
 * @param secrets HS256 secrets, the one that signs first; more than one while rotating
 * @param refresh how old keys from the JWKS URL may become
 * @param revokeLife for how long tokens stay revoked; zero for ever
 * @param profiles whether what tokens call their users is read ({@code CALLER_NAME=claims})
 */
public record JwtSettings(
    List<String> secrets,
    Optional<Path> publicKey,
    Optional<URI> jwksUrl,
    Optional<String> issuer,
    Optional<String> audience,
    Duration refresh,
    Duration revokeLife,
    boolean profiles) {
  /** Where the name of a caller is from. */
  private enum CallerName {
    CLIENT,
    CLAIMS
  }

  /** RFC 7518 section 3.2: a key for HS256 has at least 256 bits. */
  static final int SECRET_BYTES = 32;

  /** Reads them; throws {@link BadSettingException} for what can't be used safely. */
  public static JwtSettings from(Settings settings) {
    List<String> secrets = settings.list("JWT_SECRET", List.of());
    Optional<Path> publicKey = settings.text("JWT_PUBLIC_KEY_PATH").map(Path::of);
    Optional<URI> jwksUrl = settings.text("JWT_JWKS_URL").map(JwtSettings::url);
    if (secrets.isEmpty() && publicKey.isEmpty() && jwksUrl.isEmpty()) {
      throw new BadSettingException(
          "JWT_SECRET", "is missing: set it, or JWT_PUBLIC_KEY_PATH, or JWT_JWKS_URL");
    }
    JwtSettings read =
        new JwtSettings(
            secrets,
            publicKey,
            jwksUrl,
            settings.text("JWT_ISSUER"),
            settings.text("JWT_AUDIENCE"),
            settings.positiveDuration("JWT_JWKS_REFRESH", Duration.ofMinutes(10)),
            revokeLife(settings),
            settings.choice("CALLER_NAME", CallerName.class, CallerName.CLIENT)
                == CallerName.CLAIMS);
    if (read.hasShortSecret() && settings.environment().isProduction()) {
      throw new BadSettingException(
          "JWT_SECRET", "has a secret shorter than " + SECRET_BYTES + " bytes");
    }
    return read;
  }

  /** {@code REVOKE_TTL}: longer than any token lives. */
  static Duration revokeLife(Settings settings) {
    return settings.duration("REVOKE_TTL", Duration.ofDays(30));
  }

  private static URI url(String text) {
    try {
      URI url = URI.create(text);
      if (url.getHost() != null && List.of("http", "https").contains(url.getScheme())) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // told below, with the value
    }
    throw new BadSettingException("JWT_JWKS_URL", "'" + text + "' is not an http or https URL");
  }

  /** True if a secret is too short to withstand guessing: to be warned of. */
  public boolean hasShortSecret() {
    return secrets.stream()
        .anyMatch(secret -> secret.getBytes(StandardCharsets.UTF_8).length < SECRET_BYTES);
  }

  @Override
  public String toString() {
    return "JwtSettings[" + secrets.size() + " secrets, " + publicKey + ", " + jwksUrl + "]";
  }
}
