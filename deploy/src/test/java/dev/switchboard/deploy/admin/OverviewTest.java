package dev.switchboard.deploy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverviewTest {
  private static final List<String> ALL = List.of("signaling", "rooms", "ice", "push");

  private static JsonObject report(String id, List<String> roles) {
    JsonObject health = new JsonObject();
    roles.forEach(role -> health.put(role, new JsonObject()));
    return new JsonObject()
        .put("node", id)
        .put("member", "member-" + id)
        .put("host", "host-" + id)
        .put("port", 3000)
        .put("pid", 1)
        .put("version", "1")
        .put("state", "ready")
        .put("startedAt", 5L)
        .put("sockets", 2L)
        .put("redis", true)
        .put("chatRedis", true)
        .put("postgres", true)
        .put("health", health)
        .put("parts", new JsonObject().put("push", push(0, null, 0)));
  }

  private static JsonObject push(long rings, String why, long dead) {
    JsonArray lanes =
        new JsonArray()
            .add(
                new JsonObject()
                    .put("lane", "rings")
                    .put("waiting", 1)
                    .put("inHand", 0)
                    .put("oldestMillis", rings));
    return new JsonObject()
        .put(
            "providers",
            new JsonArray()
                .add(
                    new JsonObject()
                        .put("provider", "apns")
                        .put("types", new JsonArray().add("apns"))
                        .put("state", why == null ? "running" : "refused")
                        .put("why", why)))
        .put(
            "queue",
            new JsonObject()
                .put("lanes", lanes)
                .put("retries", new JsonObject().put("waiting", 0))
                .put("deadLetters", dead));
  }

  private static JsonObject relay(String url, boolean up) {
    return new JsonObject().put("url", url).put("up", up).put("listed", up).put("misses", 0);
  }

  private static JsonObject withRelays(JsonObject report, JsonObject... relays) {
    report
        .getJsonObject("parts")
        .put("ice", new JsonObject().put("relays", new JsonArray(List.of(relays))));
    return report;
  }

  private static JsonObject overview(JsonObject... reports) {
    return Overview.of(List.of(reports), Map.of(), 100);
  }

  private static List<String> problems(JsonObject overview) {
    return overview.getJsonArray("problems").stream()
        .map(each -> (JsonObject) each)
        .map(each -> each.getString("level") + ": " + each.getString("text"))
        .toList();
  }

  @Test
  void clusterThatIsWellHasNoProblem() {
    JsonObject overview = overview(report("a", ALL));
    assertThat(problems(overview)).isEmpty();
    assertThat(overview.getString("status")).isEqualTo("ok");
    assertThat(overview.getString("node")).isEqualTo("a");
  }

  @Test
  void numbersOfNodesAddUp() {
    JsonObject first = report("a", ALL);
    JsonObject second = report("b", List.of("signaling"));
    first.getJsonObject("health").getJsonObject("signaling").put("activeSessions", 3);
    second
        .getJsonObject("health")
        .getJsonObject("signaling")
        .put("activeSessions", 4)
        .put("sessions", 9);
    assertThat(overview(first, second).getJsonObject("totals"))
        .isEqualTo(
            new JsonObject()
                .put("sockets", 4L)
                .put("registered", 9L)
                .put("calls", 7L)
                .put("chats", 0L));
  }

  @Test
  void memberWithoutAReportIsSilent() {
    JsonObject overview =
        Overview.of(
            List.of(report("a", ALL)),
            Map.of("member-a", "10.0.0.1:5701", "member-b", "10.0.0.2:5701"),
            100);
    assertThat(overview.getJsonArray("silent")).containsExactly("10.0.0.2:5701");
    assertThat(problems(overview))
        .containsExactly(
            "critical: The node at 10.0.0.2:5701 is a member of the cluster and does not answer");
  }

  @Test
  void nodesKeepTheirOrderWhoeverAnswersFirst() {
    JsonObject one = overview(report("a", ALL), report("b", ALL));
    JsonObject other = overview(report("b", ALL), report("a", ALL));
    assertThat(one.getJsonArray("nodes")).isEqualTo(other.getJsonArray("nodes"));
  }

  @ParameterizedTest
  @CsvSource({
    "isolated,'critical: host-a:3000 hears no other node over the bus'",
    "unready,'critical: host-a:3000 can''t serve: a store is away'",
    "draining,'note: host-a:3000 drains: its clients move elsewhere'",
    "starting,'note: host-a:3000 is starting'"
  })
  void stateOfANodeIsTold(String state, String problem) {
    assertThat(problems(overview(report("a", ALL).put("state", state)))).containsExactly(problem);
  }

  @Test
  void drainingAloneIsNotDegraded() {
    assertThat(overview(report("a", ALL).put("state", "draining")).getString("status"))
        .isEqualTo("ok");
  }

  @Test
  void storeThatIsAwayIsNamedWithItsNode() {
    JsonObject report = report("a", ALL).put("postgres", false).put("chatRedis", false);
    assertThat(problems(overview(report)))
        .containsExactly(
            "critical: host-a:3000 does not reach the chat's Redis",
            "critical: host-a:3000 does not reach Postgres");
  }

  @Test
  void roleThatNobodyRunsIsMissed() {
    assertThat(problems(overview(report("a", List.of("rooms")))))
        .containsExactly(
            "critical: No node runs the role push",
            "critical: No node runs the role signaling",
            "warning: No node runs the role ice");
  }

  @Test
  void providerThatRefusesIsToldOnceForAllNodes() {
    JsonObject first = report("a", ALL);
    JsonObject second = report("b", ALL);
    for (JsonObject report : List.of(first, second)) {
      report.getJsonObject("parts").put("push", push(0, "HTTP 403 InvalidProviderToken", 0));
    }
    assertThat(problems(overview(first, second)))
        .containsExactly("critical: apns refuses us: HTTP 403 InvalidProviderToken");
  }

  @ParameterizedTest
  @CsvSource({"2999,", "3000,warning", "9999,warning", "10000,critical"})
  void ringThatWaitsTooLongIsToldByItsAge(long age, String level) {
    JsonObject report = report("a", ALL);
    report.getJsonObject("parts").put("push", push(age, null, 0));
    List<String> problems = problems(overview(report));
    if (level == null) {
      assertThat(problems).isEmpty();
    } else {
      assertThat(problems).singleElement().asString().startsWith(level + ": A push of the lane");
    }
  }

  @Test
  void deadLettersAreCounted() {
    JsonObject report = report("a", ALL);
    report.getJsonObject("parts").put("push", push(0, null, 14));
    assertThat(problems(overview(report)))
        .containsExactly(
            "warning: 14 pushes have used up all retries: replay when the cause is gone");
  }

  @Test
  void deadRelayIsAWarningWhileAnotherLives() {
    JsonObject report =
        withRelays(report("a", ALL), relay("turn:one", false), relay("turn:two", true));
    assertThat(problems(overview(report)))
        .containsExactly("warning: turn:one misses its probes, and has left the list");
  }

  @Test
  void lastRelayThatDiesIsCritical() {
    assertThat(problems(overview(withRelays(report("a", ALL), relay("turn:one", false)))))
        .containsExactly("critical: turn:one misses its probes, and so does every other");
  }

  @Test
  void relayThatSomeNodesDoNotReachHasTheProbesOfEach() {
    JsonObject overview =
        overview(
            withRelays(report("a", ALL), relay("turn:one", true)),
            withRelays(report("b", ALL), relay("turn:one", false)));
    assertThat(problems(overview))
        .containsExactly("warning: turn:one misses the probes of some nodes");
    JsonArray probes = overview.getJsonArray("relays").getJsonObject(0).getJsonArray("probes");
    assertThat(probes.stream().map(probe -> ((JsonObject) probe).getString("node")))
        .containsExactly("a", "b");
  }

  @Test
  void worstComesFirst() {
    JsonObject report = report("a", ALL).put("state", "draining").put("redis", false);
    report.getJsonObject("parts").put("push", push(5_000, null, 1));
    assertThat(problems(overview(report)).stream().map(each -> each.replaceAll(":.*", "")))
        .containsExactly("critical", "warning", "warning", "note");
  }

  @Test
  void queueIsAnyNodesThatHasLooked() {
    JsonObject first = report("a", List.of("signaling", "rooms", "ice"));
    first.getJsonObject("parts").remove("push");
    JsonObject second = report("b", List.of("push"));
    assertThat(overview(first, second).getJsonObject("queue").getJsonArray("lanes")).hasSize(1);
    assertThat(overview(first).getValue("queue")).isNull();
  }
}
