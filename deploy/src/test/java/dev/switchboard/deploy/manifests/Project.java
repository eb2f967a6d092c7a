package dev.switchboard.deploy.manifests;

import dev.switchboard.shared.metrics.MetricNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files of this project, and the names the program knows. */
final class Project {
  /** The module's folder, {@code deploy}. */
  static final Path DEPLOY = Path.of("").toAbsolutePath();

  /** The top of the repository. */
  static final Path ROOT = DEPLOY.resolve("..").normalize();

  private static final Pattern SETTING = Pattern.compile("(?m)^#?([A-Z][A-Z0-9_]*)=");

  private Project() {}

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The documents of a YAML file; a key that is there twice is an error. */
  static List<Map<String, Object>> yaml(Path file) {
    return yaml(read(file));
  }

  /** As {@link #yaml(Path)}; documents without anything in them are left out. */
  static List<Map<String, Object>> yaml(String text) {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    Yaml yaml = new Yaml(new SafeConstructor(strict));
    return StreamSupport.stream(yaml.loadAll(text).spliterator(), false)
        .filter(Objects::nonNull)
        .map(Project::map)
        .toList();
  }

  /** All settings, by {@code .env.example}, which EnvExampleTest holds to the code. */
  static Set<String> settings() {
    return SETTING
        .matcher(read(ROOT.resolve(".env.example")))
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Our metrics, as Prometheus has them without the endings that tell counters and timers. */
  static Set<String> metrics() {
    return Stream.of(MetricNames.class.getDeclaredFields())
        .filter(field -> field.getType() == String.class)
        .map(Project::value)
        .map(name -> name.replace('.', '_'))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String value(Field field) {
    try {
      return String.valueOf(field.get(null));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("unchecked") // what YAML and JSON make of an object
  static Map<String, Object> map(Object value) {
    if (value instanceof Map<?, ?>) {
      return (Map<String, Object>) value;
    }
    throw new AssertionError("not an object: " + value);
  }

  /** The objects of a list, or none where there is no list. */
  static List<Map<String, Object>> maps(Map<String, Object> of, String name) {
    List<Map<String, Object>> maps = new ArrayList<>();
    if (of.get(name) instanceof List<?> list) {
      list.forEach(each -> maps.add(map(each)));
    }
    return maps;
  }

  /** What is found by going down the names; an empty object where one of them is missing. */
  static Map<String, Object> at(Map<String, Object> from, String... names) {
    Map<String, Object> here = from;
    for (String name : names) {
      here = map(here.getOrDefault(name, Map.of()));
    }
    return here;
  }
}
