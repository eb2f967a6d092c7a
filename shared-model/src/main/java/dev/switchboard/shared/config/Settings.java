package dev.switchboard.shared.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of this process, read by name and type. Every role turns them into a record of its
 * own at the start; nothing reads a setting later. A blank value counts as absent. Each read is
 * remembered with its default, so that a test can hold {@code .env.example} against the code.
 *
 * <p>Every method throws {@link BadSettingException} for a value of the wrong form.
 */
public final class Settings {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,14})\\s*(ms|s|m|h|d)?");

  private static final Duration LONGEST = Duration.ofDays(3_650);

  private final Map<String, String> values;
  private final Map<String, String> defaults = new ConcurrentSkipListMap<>();
  private final AppEnv environment;

  private Settings(Map<String, String> values) {
    this.values = values;
    this.environment =
        text("APP_ENV").isPresent() || text("NODE_ENV").isEmpty()
            ? choice("APP_ENV", AppEnv.class, AppEnv.DEVELOPMENT)
            : nodeEnvironment();
  }

  /** Settings from a map of names to values. */
  public static Settings of(Map<String, String> values) {
    return new Settings(Map.copyOf(values));
  }

  /** Any word is one to Node.js: what is not known leaves nothing of development open. */
  private AppEnv nodeEnvironment() {
    return switch (text("NODE_ENV").orElse("").toLowerCase(Locale.ROOT)) {
      case "development", "dev", "local" -> AppEnv.DEVELOPMENT;
      case "test", "testing" -> AppEnv.TEST;
      default -> AppEnv.PRODUCTION;
    };
  }

  /** What kind of installation this is. */
  public AppEnv environment() {
    return environment;
  }

  /** The text of a setting that has no default. */
  public Optional<String> text(String name) {
    defaults.putIfAbsent(name, "");
    return Optional.ofNullable(values.get(name)).map(String::strip).filter(v -> !v.isEmpty());
  }

  /** The text of the first of several names for one setting that is present. */
  public Optional<String> firstOf(String... names) {
    return Arrays.stream(names).map(this::text).flatMap(Optional::stream).findFirst();
  }

  /** The text of a setting, or its default. */
  public String text(String name, String defaultValue) {
    defaults.put(name, defaultValue);
    return text(name).orElse(defaultValue);
  }

  /** A whole number within bounds, both included. */
  public long number(String name, long defaultValue, long min, long max) {
    defaults.put(name, Long.toString(defaultValue));
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return defaultValue;
    }
    try {
      long value = Long.parseLong(text.get());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below, with the value
    }
    throw new BadSettingException(
        name, "'" + text.get() + "' is not a whole number from " + min + " to " + max);
  }

  /** As {@link #number}, for what fits an int. */
  public int integer(String name, int defaultValue, int min, int max) {
    return Math.toIntExact(number(name, defaultValue, min, max));
  }

  /** A duration: milliseconds, or a number with the unit ms, s, m, h or d. */
  public Duration duration(String name, Duration defaultValue) {
    defaults.put(name, Long.toString(defaultValue.toMillis()));
    return text(name).map(value -> parseDuration(name, value)).orElse(defaultValue);
  }

  /** As {@link #duration}, for what makes no sense with none. */
  public Duration positiveDuration(String name, Duration defaultValue) {
    Duration duration = duration(name, defaultValue);
    if (duration.isZero()) {
      throw new BadSettingException(name, "'" + text(name).orElse("0") + "' must be more than 0");
    }
    return duration;
  }

  private static Duration parseDuration(String name, String value) {
    Matcher match = DURATION.matcher(value);
    if (!match.matches()) {
      throw new BadSettingException(
          name,
          "'"
              + value
              + "' is not a duration: write milliseconds, or a number with ms, s, m, h or d");
    }
    Duration duration = toDuration(Long.parseLong(match.group(1)), match.group(2));
    if (duration.compareTo(LONGEST) > 0) {
      throw new BadSettingException(
          name, "'" + value + "' is more than " + LONGEST.toDays() + " days");
    }
    return duration;
  }

  private static Duration toDuration(long number, @Nullable String unit) {
    return switch (unit) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      case null, default -> Duration.ofMillis(number);
    };
  }

  /** A switch: on, true, yes or 1; off, false, no or 0. */
  public boolean flag(String name, boolean defaultValue) {
    defaults.put(name, defaultValue ? "on" : "off");
    return text(name)
        .map(
            value ->
                switch (value.toLowerCase(Locale.ROOT)) {
                  case "on", "true", "yes", "1" -> true;
                  case "off", "false", "no", "0" -> false;
                  default ->
                      throw new BadSettingException(name, "'" + value + "' is neither on nor off");
                })
        .orElse(defaultValue);
  }

  /** A comma-separated list; blank entries are dropped. */
  public List<String> list(String name, List<String> defaultValue) {
    defaults.put(name, String.join(",", defaultValue));
    return text(name).map(Settings::split).orElse(defaultValue);
  }

  /** The entries of a comma-separated list. */
  public static List<String> split(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).filter(v -> !v.isEmpty()).toList();
  }

  /** One of the constants of an enum, written in any case. */
  public <E extends Enum<E>> E choice(String name, Class<E> type, E defaultValue) {
    defaults.put(name, defaultValue.name().toLowerCase(Locale.ROOT));
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return defaultValue;
    }
    String wanted = text.get().toUpperCase(Locale.ROOT).replace('-', '_');
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> constant.name().equals(wanted))
        .findFirst()
        .orElseThrow(() -> new BadSettingException(name, notOneOf(text.get(), type)));
  }

  private static String notOneOf(String value, Class<? extends Enum<?>> type) {
    List<String> names =
        Arrays.stream(type.getEnumConstants()).map(c -> c.name().toLowerCase(Locale.ROOT)).toList();
    return "'" + value + "' is not one of " + String.join(", ", names);
  }

  /** Every setting read so far, by name, with its default as it would stand in {@code .env}. */
  public SequencedMap<String, String> known() {
    return new TreeMap<>(defaults);
  }
}
