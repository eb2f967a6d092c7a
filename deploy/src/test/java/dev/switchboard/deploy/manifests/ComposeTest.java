package dev.switchboard.deploy.manifests;

import static dev.switchboard.deploy.manifests.Project.at;
import static dev.switchboard.deploy.manifests.Project.map;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code compose.yaml} against the keys of the Compose Specification that it may use. */
class ComposeTest {
  private static final Path FILE = Project.DEPLOY.resolve("compose.yaml");
  private static final Path TLS = Project.DEPLOY.resolve("compose.tls.yaml");
  private static final Set<String> TOP = Set.of("name", "services", "volumes", "x-logging");
  private static final Set<String> SERVICE =
      Set.of(
          "build",
          "cap_add",
          "cap_drop",
          "command",
          "depends_on",
          "env_file",
          "environment",
          "healthcheck",
          "image",
          "logging",
          "network_mode",
          "ports",
          "read_only",
          "restart",
          "security_opt",
          "stop_grace_period",
          "tmpfs",
          "volumes");
  private static final Set<String> HEALTHCHECK =
      Set.of("test", "interval", "timeout", "retries", "start_period");
  private static final Pattern VARIABLE = Pattern.compile("(?<!\\$)\\$\\{([A-Z_]+)[:?}]");

  /** What compose itself asks of {@code .env}: passwords of what it starts beside us. */
  private static final Set<String> OWN =
      Set.of("POSTGRES_PASSWORD", "REDIS_PASSWORD", "GRAFANA_PASSWORD");

  @Test
  void hasOnlyKeysThatComposeKnows() {
    assertThat(TOP).containsAll(file().keySet());
    services()
        .forEach(
            (name, service) -> {
              assertThat(SERVICE).as(name).containsAll(map(service).keySet());
              assertThat(HEALTHCHECK)
                  .as(name)
                  .containsAll(at(map(service), "healthcheck").keySet());
              assertThat(Set.of("context", "dockerfile"))
                  .as(name)
                  .containsAll(at(map(service), "build").keySet());
            });
  }

  @Test
  void theWholeSystemIsThereAndEachPartIsWatched() {
    assertThat(services())
        .containsOnlyKeys("switchboard", "redis", "postgres", "turn", "prometheus", "grafana");
    services()
        .forEach(
            (name, service) ->
                assertThat((List<?>) at(map(service), "healthcheck").get("test"))
                    .as(name)
                    .hasSizeGreaterThan(1));
  }

  @Test
  void everySettingIsOneThatTheProgramKnows() {
    for (String name : List.of("switchboard", "turn")) {
      assertThat(Project.settings())
          .containsAll(at(map(services().get(name)), "environment").keySet());
    }
    Set<String> asked =
        VARIABLE
            .matcher(Project.read(FILE))
            .results()
            .map(match -> match.group(1))
            .filter(name -> !OWN.contains(name))
            .collect(Collectors.toSet());
    assertThat(Project.settings()).containsAll(asked).contains("TURN_HOST");
  }

  /** It is laid over the other file: what it says of a service is added to it. */
  @Test
  void relayByTlsIsOnThePortThatClientsAreToldOf() {
    Map<String, Object> added = at(Project.yaml(TLS).getFirst(), "services");
    assertThat(added).containsOnlyKeys("switchboard", "turn");
    added.forEach(
        (name, service) -> {
          assertThat(SERVICE).as(name).containsAll(map(service).keySet());
          assertThat(Project.settings()).containsAll(at(map(service), "environment").keySet());
        });
    String told = (String) at(added, "switchboard", "environment").get("TURN_SERVER_URL");
    assertThat(at(added, "turn", "environment")).containsEntry("TURN_TLS_PORT", "443");
    assertThat(told)
        .startsWith((String) at(services(), "switchboard", "environment").get("TURN_SERVER_URL"))
        .endsWith(",turns:${TURN_HOST}:443");
    assertThat(map(services().get("turn")).get("cap_add").toString()).contains("NET_BIND_SERVICE");
    assertThat(map(added.get("turn")).get("volumes").toString()).contains(":/certs:ro");
  }

  @Test
  void redisKeepsWhatItIsGiven() {
    assertThat(map(services().get("redis")).get("command").toString())
        .contains("--appendonly yes", "--maxmemory-policy noeviction");
  }

  @Test
  void drainFitsTheGracePeriod() {
    assertThat(map(services().get("switchboard"))).containsEntry("stop_grace_period", "40s");
  }

  @Test
  void mountedFilesAreThere() {
    services()
        .forEach(
            (name, service) -> {
              for (Object volume : (List<?>) map(service).getOrDefault("volumes", List.of())) {
                String source = volume.toString().split(":")[0];
                if (source.startsWith(".")) {
                  assertThat(Files.exists(Project.DEPLOY.resolve(source))).as(source).isTrue();
                } else {
                  assertThat(at(file(), "volumes")).containsKey(source);
                }
              }
            });
  }

  private static Map<String, Object> file() {
    return Project.yaml(FILE).getFirst();
  }

  private static Map<String, Object> services() {
    return at(file(), "services");
  }
}
