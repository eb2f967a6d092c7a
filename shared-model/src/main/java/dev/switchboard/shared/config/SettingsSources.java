package dev.switchboard.shared.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

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
    Map<String, String> own = new HashMap<>(dotEnv(home.resolve(".env"), environment));
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

  private static Map<String, String> dotEnv(Path file, Map<String, String> environment) {
    try {
      return Files.isRegularFile(file)
          ? DotEnv.parse(Files.readString(file), environment)
          : Map.of();
    } catch (IOException e) {
      throw new BadSettingException(".env", "can't be read: " + e.getMessage());
    }
  }

  private static Map<String, String> yaml(Path file) {
    try (var reader = Files.newBufferedReader(file)) {
      // Nodes and not values: a value would be 83 where 0123 is written, and 1.1 where 1.10 is.
      Node document = new Yaml(new SafeConstructor(new LoaderOptions())).compose(reader);
      Map<String, String> values = new HashMap<>();
      if (document instanceof MappingNode entries) {
        for (NodeTuple entry : entries.getValue()) {
          String name = scalar(entry.getKeyNode()).orElseThrow(() -> notNamesWithValues(file));
          values.put(name, text(name, entry.getValueNode()));
        }
      } else if (document != null && !Tag.NULL.equals(document.getTag())) {
        throw notNamesWithValues(file);
      }
      return values;
    } catch (IOException e) {
      throw new BadSettingException("CONFIG_FILE", "'" + file + "' can't be read");
    } catch (YAMLException e) {
      // The parser's own message quotes the file, which may hold secrets.
      throw new BadSettingException("CONFIG_FILE", "'" + file + "' is not YAML");
    }
  }

  private static BadSettingException notNamesWithValues(Path file) {
    return new BadSettingException("CONFIG_FILE", "'" + file + "' is not a list of NAME: value");
  }

  private static String text(String name, Node value) {
    List<Node> nodes = value instanceof SequenceNode list ? list.getValue() : List.of(value);
    return nodes.stream()
        .map(node -> scalar(node).orElseThrow(() -> neitherValueNorList(name)))
        .collect(Collectors.joining(","));
  }

  private static BadSettingException neitherValueNorList(String name) {
    return new BadSettingException(name, "is neither a value nor a list of values in CONFIG_FILE");
  }

  /** As it is written; empty text for null. */
  private static Optional<String> scalar(Node node) {
    return node instanceof ScalarNode scalar
        ? Optional.of(Tag.NULL.equals(scalar.getTag()) ? "" : scalar.getValue())
        : Optional.empty();
  }
}
