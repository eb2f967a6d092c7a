package dev.switchboard.deploy.manifests;

import static dev.switchboard.deploy.manifests.Project.at;
import static dev.switchboard.deploy.manifests.Project.map;
import static dev.switchboard.deploy.manifests.Project.maps;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Alert rules and dashboard: well formed, and only of metrics that the program has. */
class MonitoringTest {
  private static final Path FOLDER = Project.DEPLOY.resolve("monitoring");
  private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");
  private static final Pattern GROUPING = Pattern.compile("\\b(by|without)\\s*\\([^)]*\\)");
  private static final Pattern LABELS = Pattern.compile("\\{[^}]*}");
  private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
  private static final Pattern ENDING =
      Pattern.compile("_(total|seconds|(seconds_)?(bucket|sum|count|max))$");
  private static final Set<String> FUNCTIONS =
      Set.of(
          "sum",
          "min",
          "max",
          "rate",
          "increase",
          "histogram_quantile",
          "absent",
          "and",
          "or",
          "unless");

  @Test
  void alertsAreOfMetricsThereAre() {
    for (Map<String, Object> rule : rules()) {
      assertThat(unknown((String) rule.get("expr"))).as("%s", rule.get("alert")).isEmpty();
    }
  }

  @Test
  void rulesHaveOnlyTheFieldsThatPrometheusKnows() {
    Map<String, Object> file = Project.yaml(FOLDER.resolve("alerts.yml")).getFirst();
    assertThat(file).containsOnlyKeys("groups");
    for (Map<String, Object> rule : rules()) {
      assertThat(Set.of("alert", "expr", "for", "labels", "annotations"))
          .containsAll(rule.keySet());
      assertThat(at(rule, "labels").get("severity")).isIn("page", "ticket");
      assertThat(at(rule, "annotations")).containsOnlyKeys("summary", "runbook");
    }
    assertThat(rules()).extracting(rule -> rule.get("alert")).doesNotHaveDuplicates();
  }

  @Test
  void everyAlertHasItsEntryInTheRunbook() {
    Set<String> entries =
        Project.read(Project.ROOT.resolve("docs/operations.md"))
            .lines()
            .filter(line -> line.startsWith("#"))
            .map(MonitoringTest::anchor)
            .collect(Collectors.toSet());

    assertThat(rules())
        .allSatisfy(
            rule -> assertThat(entries).contains((String) at(rule, "annotations").get("runbook")));
  }

  @Test
  void everyOutcomeThatMattersHasAnAlert() {
    String rules = Project.read(FOLDER.resolve("alerts.yml"));

    assertThat(rules)
        .contains(
            "push_notifications_sent_total{status=\"failed\"}",
            "push_dead_letters_total",
            "push_queue_depth",
            "switchboard_webhook_queue_age_seconds",
            "switchboard_webhook_dead_letters_total",
            "switchboard_turn_up",
            "switchboard_turn_provider_life_seconds",
            "switchboard_turn_provider_requests_total{outcome=\"refused\"}",
            "switchboard_store_up",
            "switchboard_edge_repairs_total",
            "switchboard_call_setup_seconds_bucket");
  }

  /** A comparison with a series that there is not yet, or no more, is never true. */
  @Test
  void silenceOfAllIsNoticedToo() {
    assertThat(expression("SwitchboardProcessDown")).contains("or absent(");
    assertThat(expression("SwitchboardPushQueueStands")).contains(" unless ");
  }

  private static String expression(String alert) {
    return rules().stream()
        .filter(rule -> alert.equals(rule.get("alert")))
        .map(rule -> (String) rule.get("expr"))
        .collect(Collectors.joining());
  }

  @Test
  void dashboardIsOfMetricsThereAreAndShowsNothingTwiceInOnePlace() {
    JsonObject dashboard =
        new JsonObject(Project.read(FOLDER.resolve("grafana/dashboards/switchboard.json")));
    Set<Object> ids = new HashSet<>();
    List<String> expressions = new ArrayList<>();
    for (Object each : dashboard.getJsonArray("panels")) {
      JsonObject panel = (JsonObject) each;
      assertThat(ids.add(panel.getValue("id"))).isTrue();
      assertThat(panel.getString("type")).isIn("row", "stat", "timeseries");
      assertThat(panel.getJsonObject("gridPos")).isNotNull();
      if (!panel.getString("type").equals("row")) {
        assertThat(panel.getJsonArray("targets")).isNotEmpty();
        panel
            .getJsonArray("targets")
            .forEach(target -> expressions.add(((JsonObject) target).getString("expr")));
      }
    }

    assertThat(expressions).allSatisfy(each -> assertThat(unknown(each)).isEmpty());
  }

  @Test
  void misspeltMetricIsNoticed() {
    assertThat(unknown("sum by (le) (rate(switchboard_sokets[5m])) > 1"))
        .containsExactly("switchboard_sokets");
  }

  private static List<Map<String, Object>> rules() {
    return maps(Project.yaml(FOLDER.resolve("alerts.yml")).getFirst(), "groups").stream()
        .flatMap(group -> maps(map(group), "rules").stream())
        .toList();
  }

  /** The names in a PromQL expression that are neither ours nor the language's. */
  private static List<String> unknown(String expression) {
    String bare = STRING.matcher(expression).replaceAll("");
    for (Pattern pattern : List.of(LABELS, RANGE, GROUPING)) {
      bare = pattern.matcher(bare).replaceAll(" ");
    }
    Set<String> known = Project.metrics();
    return NAME.matcher(bare)
        .results()
        .map(match -> match.group())
        .filter(name -> !name.equals("up") && !FUNCTIONS.contains(name))
        .filter(name -> !known.contains(ENDING.matcher(name).replaceAll("")))
        .toList();
  }

  /** As GitHub makes it of a heading. */
  private static String anchor(String heading) {
    return heading
        .replaceAll("^#+ ", "")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9 _-]", "")
        .replace(' ', '-');
  }
}
