package dev.switchboard.shared.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Where settings come from: the environment wins over {@code .env}, which wins over the YAML file
 * named by {@code CONFIG_FILE}.
 */
public final class SettingsSources {
  private SettingsSources() {}

  /**
   * All values present.
   *
   * @param home the folder of {@code .env}, which need not exist
   */
  public static Map<String, String> read(Map<String, String> environment, Path home) {
    Map<String, String> own = new HashMap<>(dotEnv(home.resolve(".env")));
    environment.forEach(
        (name, value) -> {
          // A blank variable counts as absent, so it must not hide a value further back.
          if (!value.isBlank()) {
            own.put(name, value);
          }
        });
    String file = own.getOrDefault("CONFIG_FILE", "").strip();
    Map<String, String> all = new HashMap<>();
    if (!file.isEmpty()) {
      all.putAll(yaml(home.resolve(file)));
    }
    all.putAll(own);
    return all;
  }

  private static Map<String, String> dotEnv(Path file) {
    Map<String, String> values = new HashMap<>();
    if (!Files.isRegularFile(file)) {
      return values;
    }
    try {
      for (String raw : Files.readAllLines(file)) {
        String line = raw.strip();
        if (line.startsWith("export ")) {
          line = line.substring("export ".length()).strip();
        }
        int equals = line.indexOf('=');
        if (equals > 0 && !line.startsWith("#")) {
          String value = unquote(line.substring(equals + 1).strip());
          if (!value.isBlank()) {
            values.put(line.substring(0, equals).strip(), value);
          }
        }
      }
    } catch (IOException e) {
      throw new BadSettingException(".env", "can't be read: " + e.getMessage());
    }
    return values;
  }

  private static String unquote(String value) {
    if (value.startsWith("\"") || value.startsWith("'")) {
      int end = value.indexOf(value.charAt(0), 1);
      if (end > 0) {
        String inner = value.substring(1, end);
        return value.startsWith("\"") ? inner.replace("\\n", "\n") : inner;
      }
    }
    int comment = value.startsWith("#") ? 0 : value.indexOf(" #");
    return comment < 0 ? value : value.substring(0, comment).strip();
  }

  private static Map<String, String> yaml(Path file) {
    try (var reader = Files.newBufferedReader(file)) {
      Object document = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
      Map<String, String> values = new HashMap<>();
      if (document instanceof Map<?, ?> entries) {
        entries.forEach((name, value) -> values.put(String.valueOf(name), text(value)));
      } else if (document != null) {
        throw new BadSettingException("CONFIG_FILE", "'" + file + "' is not a list of NAME: value");
      }
      return values;
    } catch (IOException e) {
      throw new BadSettingException("CONFIG_FILE", "'" + file + "' can't be read");
    } catch (YAMLException e) {
      // The parser's own message quotes the file, which may hold secrets.
      throw new BadSettingException("CONFIG_FILE", "'" + file + "' is not YAML");
    }
  }

  private static String text(Object value) {
    return switch (value) {
      case null -> "";
      case Collection<?> list ->
          list.stream().map(SettingsSources::text).collect(Collectors.joining(","));
      default -> value.toString();
    };
  }
}
