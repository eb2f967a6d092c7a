package dev.switchboard.deploy.manifests;

import static dev.switchboard.deploy.manifests.Project.at;
import static dev.switchboard.deploy.manifests.Project.maps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.deploy.testing.Shell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rendered overlays against the Kubernetes API's own types, and against each other. */
class KubernetesTest {
  private static final Path FOLDER = Project.DEPLOY.resolve("kubernetes");

  @Test
  void renderedIsWhatTheSourcesSay() {
    Shell.Result checked =
        Shell.run(Map.of(), List.of(FOLDER.resolve("render").toString(), "--check"));

    assertThat(checked).isEqualTo(new Shell.Result(0, ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rendered/development.yaml", "rendered/production.yaml", "secrets.sample.yaml"})
  void everyObjectIsOneThatTheApiTakes(String file) throws Exception {
    for (Map<String, Object> object : Project.yaml(FOLDER.resolve(file))) {
      ApiTypes.validate(object);
    }
  }

  @Test
  void misspeltFieldIsRefused() {
    Map<String, Object> deployment = new HashMap<>(deployment("signaling"));
    Map<String, Object> spec = new HashMap<>(at(deployment, "spec"));
    spec.put("replica", spec.remove("replicas"));
    deployment.put("spec", spec);

    assertThatThrownBy(() -> ApiTypes.validate(deployment)).hasMessageContaining("`replica`");
  }

  @ParameterizedTest
  @ValueSource(strings = {"development", "production"})
  void everySettingIsOneThatTheProgramKnows(String overlay) {
    List<String> used = new ArrayList<>();
    for (Map<String, Object> object : rendered(overlay)) {
      if (object.get("kind").equals("ConfigMap")) {
        used.addAll(at(object, "data").keySet());
      }
      for (Map<String, Object> container : containers(object)) {
        if (String.valueOf(container.get("image")).contains("switchboard")) {
          maps(container, "env").forEach(variable -> used.add((String) variable.get("name")));
        }
      }
    }
    Project.yaml(FOLDER.resolve("secrets.sample.yaml")).stream()
        .filter(secret -> name(secret).equals("switchboard-secrets"))
        .forEach(secret -> used.addAll(at(secret, "stringData").keySet()));

    assertThat(used)
        .contains("ROLES", "TURN_LISTEN_IP", "JWT_SECRET")
        .isSubsetOf(Project.settings());
  }

  @Test
  void sampleHoldsNoSecret() {
    for (Map<String, Object> secret : Project.yaml(FOLDER.resolve("secrets.sample.yaml"))) {
      assertThat(at(secret, "stringData").values())
          .allSatisfy(value -> assertThat((String) value).contains("CHANGE-ME"));
    }
  }

  @Test
  void thereIsOneDeploymentForEachRole() {
    assertThat(
            rendered("production").stream()
                .filter(object -> object.get("kind").equals("Deployment"))
                .flatMap(object -> containers(object).stream())
                .flatMap(container -> maps(container, "env").stream())
                .filter(variable -> variable.get("name").equals("ROLES"))
                .map(variable -> (String) variable.get("value")))
        .containsExactlyInAnyOrder("signaling", "rooms", "ice", "push");
  }

  @ParameterizedTest
  @ValueSource(strings = {"signaling", "rooms", "ice", "push"})
  void podIsHardenedAndItsProbesMeanDifferentThings(String role) {
    Map<String, Object> pod = at(deployment(role), "spec", "template", "spec");
    Map<String, Object> container = containers(deployment(role)).getFirst();

    assertThat(at(pod, "securityContext")).containsEntry("runAsNonRoot", true);
    assertThat(at(container, "securityContext"))
        .containsEntry("readOnlyRootFilesystem", true)
        .containsEntry("allowPrivilegeEscalation", false);
    assertThat(at(container, "livenessProbe", "httpGet")).containsEntry("path", "/health/live");
    assertThat(at(container, "readinessProbe", "httpGet")).containsEntry("path", "/health/ready");
    assertThat(at(container, "startupProbe")).isNotEmpty();
    assertThat(maps(pod, "topologySpreadConstraints")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"signaling", "rooms", "ice", "push"})
  void drainFitsTheGracePeriodAndNobodyLeavesBeforeAnotherIsReady(String role) {
    Map<String, Object> pod = at(deployment(role), "spec", "template", "spec");
    int before =
        (int)
            at(containers(deployment(role)).getFirst(), "lifecycle", "preStop", "sleep")
                .get("seconds");

    // The process leaves within 25 s of the signal, which comes after preStop.
    assertThat((int) pod.get("terminationGracePeriodSeconds")).isGreaterThan(before + 25);
    assertThat(at(deployment(role), "spec", "strategy", "rollingUpdate"))
        .containsEntry("maxUnavailable", 0)
        .containsEntry("maxSurge", 1);
    assertThat(find("PodDisruptionBudget", role)).isNotEmpty();
    assertThat(at(find("HorizontalPodAutoscaler", role), "spec", "scaleTargetRef"))
        .containsEntry("name", "switchboard-" + role);
  }

  @Test
  void autoscalersAskForMetricsThereAre() {
    List<String> asked = new ArrayList<>();
    for (String role : List.of("signaling", "push")) {
      for (Map<String, Object> metric :
          maps(at(find("HorizontalPodAutoscaler", role), "spec"), "metrics")) {
        Stream.of("pods", "external")
            .map(kind -> at(metric, kind, "metric").get("name"))
            .filter(Objects::nonNull)
            .forEach(name -> asked.add((String) name));
      }
    }

    assertThat(asked).containsExactly("switchboard_sockets", "push_queue_depth");
    assertThat(Project.metrics()).containsAll(asked);
    assertThat(Project.read(Project.DEPLOY.resolve("monitoring/prometheus-adapter.yaml")))
        .contains(asked);
  }

  @Test
  void whatIsReferredToIsThere() {
    List<Map<String, Object>> all = rendered("production");
    Map<String, Object> labels = at(deployment("ice"), "spec", "template", "metadata", "labels");
    Map<String, Object> members =
        all.stream()
            .filter(o -> name(o).equals("switchboard-members") && o.get("kind").equals("Service"))
            .findFirst()
            .orElseThrow();
    assertThat(labels.entrySet()).containsAll(at(members, "spec", "selector").entrySet());
    assertThat(at(members, "spec")).containsEntry("clusterIP", "None");

    Map<String, Object> ingress = find("Ingress", "");
    for (Map<String, Object> rule : maps(at(ingress, "spec"), "rules")) {
      for (Map<String, Object> path : maps(at(rule, "http"), "paths")) {
        String service = (String) at(path, "backend", "service").get("name");
        assertThat(find("Service", service.replace("switchboard-", ""))).isNotEmpty();
      }
    }
  }

  private static List<Map<String, Object>> rendered(String overlay) {
    return Project.yaml(FOLDER.resolve("rendered").resolve(overlay + ".yaml"));
  }

  private static Map<String, Object> deployment(String role) {
    return find("Deployment", role);
  }

  /** An object of the production overlay by its kind and the end of its name. */
  private static Map<String, Object> find(String kind, String role) {
    String name = role.isEmpty() ? "switchboard" : "switchboard-" + role;
    return rendered("production").stream()
        .filter(object -> object.get("kind").equals(kind) && name(object).equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
  }

  private static String name(Map<String, Object> object) {
    return (String) at(object, "metadata").getOrDefault("name", "");
  }

  private static List<Map<String, Object>> containers(Map<String, Object> object) {
    return Set.of("Deployment", "StatefulSet").contains(object.get("kind"))
        ? maps(at(object, "spec", "template", "spec"), "containers")
        : List.of();
  }
}
