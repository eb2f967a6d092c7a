package dev.switchboard.deploy.manifests;

import static dev.switchboard.deploy.manifests.Project.at;
import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The chart, rendered by Helm itself, against the API's types and the kustomize overlay. */
class HelmChartTest {
  private static final Path CHART = Project.DEPLOY.resolve("helm/switchboard");
  private static final Path OVERLAY = Project.DEPLOY.resolve("kubernetes/rendered/production.yaml");

  private static List<Map<String, Object>> rendered(Map<String, String> values) {
    var template = new Helm(CHART).template().withName("switchboard");
    values.forEach(template::set);
    return Project.yaml(template.call());
  }

  @Test
  void lintFindsNothing() {
    var result = new Helm(CHART).lint().strict().call();
    assertThat(result.isFailed()).as(String.join("\n", result.getMessages())).isFalse();
  }

  @Test
  void everyObjectIsOneThatTheApiTakes() throws Exception {
    List<Map<String, Object>> objects = rendered(Map.of());
    assertThat(objects).hasSizeGreaterThan(20);
    for (Map<String, Object> object : objects) {
      ApiTypes.validate(object);
    }
  }

  /**
   * Two ways to install one thing: with the chart's own values nothing but the namespace differs.
   */
  @Test
  void chartSaysWhatTheOverlaySays() {
    assertThat(byName(rendered(Map.of()))).isEqualTo(byName(Project.yaml(OVERLAY)));
  }

  @Test
  void relaysElsewhereLeaveNoneHere() throws Exception {
    List<Map<String, Object>> objects = rendered(Map.of("relay.enabled", "false"));
    assertThat(byName(objects).keySet())
        .noneMatch(name -> name.contains("switchboard-turn"))
        .contains("Deployment switchboard-signaling");
    for (Map<String, Object> object : objects) {
      ApiTypes.validate(object);
    }
  }

  @Test
  void valuesReachWhatTheyAreFor() {
    var objects =
        byName(
            rendered(
                Map.of(
                    "host", "calls.example.com",
                    "image.tag", "9.8.7",
                    "settings.GUESTS", "off",
                    "roles.push.replicas", "4")));
    assertThat(objects.get("Ingress switchboard").toString()).contains("calls.example.com");
    assertThat(objects.get("Deployment switchboard-push").toString())
        .contains("registry.example.org/switchboard:9.8.7", "replicas=4");
    assertThat(at(objects.get("ConfigMap switchboard-settings"), "data"))
        .containsEntry("GUESTS", "off");
  }

  @Test
  void settingsAreOnesThatTheProgramKnows() {
    assertThat(at(Project.yaml(CHART.resolve("values.yaml")).getFirst(), "settings").keySet())
        .isNotEmpty()
        .isSubsetOf(Project.settings());
  }

  /**
   * Objects without their namespace, which Helm takes from the command, each list of names in
   * order.
   */
  private static Map<String, Map<String, Object>> byName(List<Map<String, Object>> objects) {
    Map<String, Map<String, Object>> named = new TreeMap<>();
    for (Map<String, Object> object : objects) {
      if (!object.get("kind").equals("Namespace")) {
        Map<String, Object> metadata = at(object, "metadata");
        metadata.remove("namespace");
        named.put(object.get("kind") + " " + metadata.get("name"), Project.map(sorted(object)));
      }
    }
    return named;
  }

  /** The API takes lists of named things in any order. */
  private static Object sorted(Object value) {
    if (value instanceof Map<?, ?> fields) {
      Map<String, Object> all = new TreeMap<>();
      fields.forEach((name, field) -> all.put((String) name, sorted(field)));
      return all;
    }
    if (value instanceof List<?> list) {
      List<Object> all = new ArrayList<>(list.stream().map(HelmChartTest::sorted).toList());
      if (all.stream().allMatch(each -> each instanceof Map<?, ?> map && map.containsKey("name"))) {
        all.sort(Comparator.comparing(each -> String.valueOf(Project.map(each).get("name"))));
      }
      return all;
    }
    return value;
  }
}
