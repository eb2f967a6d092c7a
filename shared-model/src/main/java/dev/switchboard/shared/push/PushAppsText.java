package dev.switchboard.shared.push;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.switchboard.shared.config.BadSettingException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.JacksonCodec;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The document of {@code PUSH_APPS}: JSON, or YAML whose values stay as they are written. A
 * parser's own message quotes the document, which holds keys: what is said of one is where it went
 * wrong.
 */
final class PushAppsText {
  private static final int PATH_MAX = 1_024;
  private static final Pattern INLINE = Pattern.compile("[{\\[\"\\n]|:\\s|:$");

  /** An app, a section, a field, and a service account that stands there as an object. */
  private static final int DEEPEST = 4;

  private static final JsonFactory JSON =
      new JsonFactoryBuilder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private PushAppsText() {}

  /** The file that a value names; empty if the value is the document. */
  static Optional<Path> file(String value) {
    if (value.length() > PATH_MAX || INLINE.matcher(value).find()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(value));
    } catch (InvalidPathException e) {
      throw new BadSettingException(PushApps.SETTING, "is neither a document nor a path");
    }
  }

  /** Apps by name. Throws {@link BadSettingException}. */
  static JsonObject parse(String value, @Nullable Path file) {
    String text = file == null ? value : read(file);
    Object document = text.stripLeading().startsWith("{") ? jsonOrYaml(text) : yaml(text);
    if (document instanceof JsonObject apps) {
      return apps;
    }
    throw bad("must be an object with an entry for each app");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw bad("'" + file + "' can't be read");
    }
  }

  /** YAML in braces looks like JSON at its beginning. */
  private static @Nullable Object jsonOrYaml(String text) {
    try {
      return JacksonCodec.fromParser(JSON.createParser(text), Object.class);
    } catch (IOException | DecodeException e) {
      try {
        return yaml(text);
      } catch (BadSettingException neither) {
        throw e.getCause() instanceof JsonProcessingException json
                && json.getOriginalMessage().startsWith("Duplicate field")
            ? bad("has a name twice" + at(json.getLocation().getLineNr()))
            : neither;
      }
    }
  }

  private static @Nullable Object yaml(String text) {
    Node document;
    try {
      document = new Yaml(new SafeConstructor(new LoaderOptions())).compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      throw bad("is neither JSON nor YAML" + at(line));
    } catch (YAMLException | IllegalArgumentException e) {
      throw bad("is neither JSON nor YAML");
    }
    return document == null ? new JsonObject() : node(document, 0);
  }

  private static @Nullable Object node(Node node, int depth) {
    int line = node.getStartMark().getLine() + 1;
    if (depth > DEEPEST) {
      throw bad("is nested too deeply" + at(line));
    }
    return switch (node) {
      case MappingNode mapping -> object(mapping, depth, line);
      case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) -> null;
      case ScalarNode scalar -> scalar.getValue();
      default -> throw bad("must not have a list" + at(line));
    };
  }

  private static JsonObject object(MappingNode mapping, int depth, int line) {
    JsonObject object = new JsonObject();
    for (NodeTuple entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode name)) {
        throw bad("has a name that is no text" + at(line));
      }
      if (object.containsKey(name.getValue())) {
        throw bad("has a name twice" + at(name.getStartMark().getLine() + 1));
      }
      object.put(name.getValue(), node(entry.getValueNode(), depth + 1));
    }
    return object;
  }

  private static String at(int line) {
    return line <= 0 ? "" : " (line " + line + ")";
  }

  private static BadSettingException bad(String problem) {
    return new BadSettingException(PushApps.SETTING, problem);
  }
}
