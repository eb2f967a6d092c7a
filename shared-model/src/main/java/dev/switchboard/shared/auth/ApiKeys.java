package dev.switchboard.shared.auth;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The keys of {@code API_KEYS}, {@code name:sha256hex[:scope+scope]} each. Only their hashes are
 * known here, so that neither a setting nor a heap dump gives a key away. Any thread.
 */
public final class ApiKeys {
  private static final String SETTING = "API_KEYS";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

  private final Map<String, ApiKey> byHash;

  private ApiKeys(Map<String, ApiKey> byHash) {
    this.byHash = byHash;
  }

  /** Reads them; throws {@link BadSettingException} for what is not of that form. */
  public static ApiKeys from(Settings settings) {
    Map<String, ApiKey> byHash = new HashMap<>();
    Set<String> names = new HashSet<>();
    for (String entry : settings.list(SETTING, List.of())) {
      String[] parts = entry.split(":", -1);
      String name = parts[0].strip();
      if (!NAME.matcher(name).matches()) {
        throw bad(name, "is no name of a key: letters, digits, '.', '_' and '-' only");
      }
      if (!names.add(name)) {
        throw bad(name, "is there twice");
      }
      if (parts.length < 2 || parts.length > 3 || !SHA256.matcher(parts[1].strip()).matches()) {
        throw bad(name, "must be name:sha256 of the key in 64 hex digits[:scope+scope]");
      }
      Set<Scope> scopes = parts.length == 3 ? scopes(name, parts[2]) : EnumSet.allOf(Scope.class);
      byHash.put(parts[1].strip().toLowerCase(Locale.ROOT), new ApiKey(name, Set.copyOf(scopes)));
    }
    return new ApiKeys(Map.copyOf(byHash));
  }

  private static Set<Scope> scopes(String name, String words) {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String word : words.split("\\+", -1)) {
      scopes.add(
          EnumSet.allOf(Scope.class).stream()
              .filter(scope -> scope.wireName().equals(word.strip()))
              .findFirst()
              .orElseThrow(
                  () -> bad(name, "has no scope of calls, users, push, read in '" + word + "'")));
    }
    return scopes;
  }

  private static BadSettingException bad(String name, String what) {
    return new BadSettingException(SETTING, "entry '" + name + "' " + what);
  }

  /** The key that a bearer has shown, if it is one. */
  public Optional<ApiKey> find(String bearer) {
    return byHash.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(byHash.get(HexFormat.of().formatHex(sha256(bearer))));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
