package dev.switchboard.shared.push;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The apps that devices can belong to: {@value #DEFAULT}, which the settings of the providers
 * describe, and those of {@code PUSH_APPS}, a document in YAML or JSON, in a file or inline. This
 * knows names and texts; what the texts mean is the push role's.
 */
public final class PushApps {
  /** The app of whoever names none. */
  public static final String DEFAULT = "default";

  /** The setting. */
  public static final String SETTING = "PUSH_APPS";

  /** A label of metrics has one value an app, and each app connections of its own. */
  private static final int MOST = 50;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  private final SequencedMap<String, Map<String, Map<String, String>>> entries;
  private final @Nullable Path file;

  private PushApps(
      SequencedMap<String, Map<String, Map<String, String>>> entries, @Nullable Path file) {
    this.entries = entries;
    this.file = file;
  }

  /**
   * Reads the setting; throws {@link BadSettingException}, which quotes nothing of the document.
   */
  public static PushApps from(Settings settings) {
    Optional<String> text = settings.text(SETTING);
    if (text.isEmpty()) {
      return new PushApps(new LinkedHashMap<>(), null);
    }
    Path file = PushAppsText.file(text.get()).orElse(null);
    SequencedMap<String, Map<String, Map<String, String>>> entries = new LinkedHashMap<>();
    PushAppsText.parse(text.get(), file)
        .forEach(app -> entries.put(checkedName(app.getKey()), sections(app)));
    if (entries.size() > MOST) {
      throw new BadSettingException(
          SETTING, "has " + entries.size() + " apps; at most " + MOST + " can be served");
    }
    return new PushApps(entries, file);
  }

  private static String checkedName(String name) {
    if (name.equals(DEFAULT)) {
      throw new BadSettingException(
          SETTING,
          DEFAULT + " is the app of APNS_…, FCM_… and VAPID_…: give this one another name");
    }
    if (!isName(name)) {
      throw new BadSettingException(
          SETTING,
          "'"
              + name.substring(0, Math.min(64, name.length())).replaceAll("[^ -~]", "?")
              + "' is no name of an app: letters, digits, '.', '_' and '-', at most 63");
    }
    return name;
  }

  private static Map<String, Map<String, String>> sections(Map.Entry<String, Object> app) {
    Map<String, Map<String, String>> sections = new LinkedHashMap<>();
    object(app.getKey(), app.getValue())
        .forEach(
            section ->
                sections.put(
                    section.getKey(),
                    fields(app.getKey() + "." + section.getKey(), section.getValue())));
    return sections;
  }

  private static Map<String, String> fields(String path, @Nullable Object section) {
    Map<String, String> fields = new LinkedHashMap<>();
    object(path, section)
        .forEach(
            field -> {
              Object value = field.getValue();
              if (value instanceof JsonArray) {
                throw new BadSettingException(
                    SETTING, path + "." + field.getKey() + " must not be a list");
              }
              if (value != null) {
                // a service account may stand there as an object
                fields.put(field.getKey(), value.toString().strip());
              }
            });
    return fields;
  }

  private static JsonObject object(String path, @Nullable Object value) {
    if (value == null || (value instanceof String text && text.isBlank())) {
      return new JsonObject();
    }
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new BadSettingException(SETTING, path + " must be an object");
  }

  /** True for what can be the name of an app, whether there is one or not. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** True if there is an app of this name. */
  public boolean has(String name) {
    return name.equals(DEFAULT) || entries.containsKey(name);
  }

  /** The names of all, {@value #DEFAULT} first. */
  public List<String> names() {
    List<String> names = new ArrayList<>(entries.size() + 1);
    names.add(DEFAULT);
    names.addAll(entries.keySet());
    return names;
  }

  /** The names of those of {@code PUSH_APPS}. */
  public List<String> added() {
    return List.copyOf(entries.keySet());
  }

  /** What is wrong with a name that is not one of them, in words that go behind the field's. */
  public String mustBeOneOf() {
    return "must be one of " + String.join(", ", names());
  }

  /** The sections of one of {@link #added}, and the texts of their fields. */
  public Map<String, Map<String, String>> sections(String app) {
    return entries.getOrDefault(app, Map.of());
  }

  /** The file that they were read from; empty if they stand in the setting. */
  public Optional<Path> file() {
    return Optional.ofNullable(file);
  }

  /** Without any of the texts. */
  @Override
  public String toString() {
    return "PushApps " + names();
  }
}
