package dev.switchboard.shared.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

final class ApiDescriptionTest {
  static List<ApiDescription> descriptions() {
    return List.of(ApiDescription.OPENAPI, ApiDescription.ASYNCAPI);
  }

  @ParameterizedTest
  @MethodSource("descriptions")
  void jsonOfTheBuildSaysWhatTheYamlSays(ApiDescription description) {
    Map<String, Object> yaml =
        new Yaml(new SafeConstructor(new LoaderOptions())).load(description.yaml());

    assertThat(description.json()).isEqualTo(new JsonObject(new JsonObject(yaml).encode()));
    assertThat(description.json().size()).isGreaterThan(3);
  }
}
