package dev.switchboard.push.config;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.push.PushApps;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One section of an app in {@code PUSH_APPS}, such as {@code kids.apns}. Every complaint names the
 * field, and quotes none that may be a secret. A field may be written as {@code key_id} or {@code
 * keyId}.
 */
public final class AppSection {
  private final String path;
  private final Map<String, String> fields = new HashMap<>();

  private AppSection(String path, Map<String, String> given, List<String> allowed) {
    this.path = path;
    Map<String, String> names = new HashMap<>();
    allowed.forEach(name -> names.put(plain(name), name));
    given.forEach(
        (name, value) -> {
          String known = names.get(plain(name));
          if (known == null) {
            throw new BadSettingException(
                name(name), "is not one of " + String.join(", ", allowed));
          }
          if (fields.putIfAbsent(known, value) != null) {
            throw new BadSettingException(name(known), "stands there twice");
          }
        });
  }

  /**
   * A section of an app; empty if it has none of this name. Throws {@link BadSettingException} for
   * a field that is not allowed.
   */
  public static Optional<AppSection> of(
      PushApps apps, String app, String section, List<String> allowed) {
    return Optional.ofNullable(apps.sections(app).get(section))
        .map(fields -> new AppSection(app + "." + section, fields, allowed));
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[_-]", "");
  }

  /** The name of a field in complaints. */
  public String name(String field) {
    String shown = field.substring(0, Math.min(64, field.length())).replaceAll("[^ -~]", "?");
    return PushApps.SETTING + ": " + path + "." + shown;
  }

  /** The text of a field; empty if it is absent or blank. */
  public Optional<String> text(String field) {
    return Optional.ofNullable(fields.get(field)).filter(text -> !text.isBlank());
  }

  /** As {@link #text}; throws {@link BadSettingException} if it is missing. */
  public String required(String field) {
    return text(field).orElseThrow(() -> new BadSettingException(name(field), "is missing"));
  }

  /** A whole number within bounds, both included. */
  public long number(String field, long defaultValue, long min, long max) {
    Optional<String> text = text(field);
    if (text.isEmpty()) {
      return defaultValue;
    }
    if (text.get().matches("\\d{1,18}")) {
      long number = Long.parseLong(text.get());
      if (number >= min && number <= max) {
        return number;
      }
    }
    throw new BadSettingException(name(field), "is not a whole number from " + min + " to " + max);
  }
}
