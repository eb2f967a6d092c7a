import io.vertx.core.json.jackson.JacksonCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Part of the build: translates each YAML file of a folder to JSON, into another folder. */
final class ApiToJson {
  private ApiToJson() {}

  public static void main(String[] folders) throws IOException {
    Path to = Files.createDirectories(Path.of(folders[1]));
    try (var files = Files.newDirectoryStream(Path.of(folders[0]), "*.yaml")) {
      for (Path file : files) {
        Object read =
            new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
        String name = file.getFileName().toString().replace(".yaml", ".json");
        Files.writeString(to.resolve(name), new JacksonCodec().toString(read));
      }
    }
  }
}
