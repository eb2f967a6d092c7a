package dev.switchboard.deploy.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts the reports of all nodes together. Stateless. */
final class Overview {
  private Overview() {}

  /**
   * What {@code GET /api/v1/admin/overview} answers.
   *
   * @param reports of {@link NodeReports}; the first is the answering node's
   * @param members the address of each member of the cluster by its name
   */
  static JsonObject of(List<JsonObject> reports, Map<String, String> members, long nowMillis) {
    JsonArray silent = silent(reports, members);
    JsonObject overview =
        new JsonObject()
            .put("at", nowMillis)
            .put("node", reports.getFirst().getString("node"))
            .put("nodes", nodes(reports))
            .put("silent", silent)
            .put("totals", totals(reports))
            .put("providers", providers(reports))
            .put("relays", relays(reports))
            .put("queue", queue(reports));
    JsonArray problems = Problems.of(overview);
    boolean well = problems.stream().allMatch(each -> Problems.isNote((JsonObject) each));
    return overview.put("status", well ? "ok" : "degraded").put("problems", problems);
  }

  /** Members that have sent no report: they hang, or the bus does not lead to them. */
  private static JsonArray silent(List<JsonObject> reports, Map<String, String> members) {
    Map<String, String> left = new TreeMap<>(members);
    reports.forEach(report -> left.remove(report.getString("member", "")));
    return new JsonArray(left.values().stream().sorted().toList());
  }

  /** In an order that does not change from one look to the next. */
  private static JsonArray nodes(List<JsonObject> reports) {
    List<JsonObject> nodes = new ArrayList<>();
    for (JsonObject report : reports) {
      JsonObject health = report.getJsonObject("health", new JsonObject());
      nodes.add(
          new JsonObject()
              .put("id", report.getString("node"))
              .put("host", report.getString("host"))
              .put("port", report.getInteger("port"))
              .put("pid", report.getLong("pid"))
              .put("version", report.getString("version"))
              .put("roles", new JsonArray(List.copyOf(health.fieldNames())))
              .put("state", report.getString("state"))
              .put("startedAt", report.getLong("startedAt"))
              .put("sockets", report.getLong("sockets", 0L))
              .put("redis", report.getBoolean("redis"))
              .put("chatRedis", report.getBoolean("chatRedis"))
              .put("postgres", report.getBoolean("postgres"))
              .put("degraded", degraded(health)));
    }
    nodes.sort(
        Comparator.<JsonObject, String>comparing(node -> node.getString("host", ""))
            .thenComparing(node -> node.getLong("startedAt", 0L))
            .thenComparing(node -> node.getString("id", "")));
    return new JsonArray(nodes);
  }

  private static JsonArray degraded(JsonObject health) {
    JsonArray roles = new JsonArray();
    for (Map.Entry<String, Object> part : health) {
      if (part.getValue() instanceof JsonObject said
          && Boolean.TRUE.equals(said.getValue("degraded"))) {
        roles.add(part.getKey());
      }
    }
    return roles;
  }

  private static JsonObject totals(List<JsonObject> reports) {
    Map<String, Long> sums = new HashMap<>();
    for (JsonObject report : reports) {
      sums.merge("sockets", report.getLong("sockets", 0L), Long::sum);
      for (Map.Entry<String, Object> part : report.getJsonObject("health", new JsonObject())) {
        JsonObject said = (JsonObject) part.getValue();
        sums.merge("registered", said.getLong("sessions", 0L), Long::sum);
        sums.merge("calls", said.getLong("activeSessions", 0L), Long::sum);
        sums.merge("chats", said.getLong("chatSessions", 0L), Long::sum);
      }
    }
    JsonObject totals = new JsonObject();
    for (String name : List.of("sockets", "registered", "calls", "chats")) {
      totals.put(name, sums.getOrDefault(name, 0L));
    }
    return totals;
  }

  private static JsonArray providers(List<JsonObject> reports) {
    JsonArray providers = new JsonArray();
    for (JsonObject report : reports) {
      for (Object each : part(report, "push").getJsonArray("providers", new JsonArray())) {
        providers.add(((JsonObject) each).copy().put("node", report.getString("node")));
      }
    }
    return providers;
  }

  /** Each relay once, with what every node that probes it has found. */
  private static JsonArray relays(List<JsonObject> reports) {
    Map<String, JsonArray> probes = new LinkedHashMap<>();
    for (JsonObject report : reports) {
      for (Object each : part(report, "ice").getJsonArray("relays", new JsonArray())) {
        JsonObject probe = ((JsonObject) each).copy();
        String url = (String) probe.remove("url");
        probes
            .computeIfAbsent(url, first -> new JsonArray())
            .add(probe.put("node", report.getString("node")));
      }
    }
    JsonArray relays = new JsonArray();
    new TreeMap<>(probes)
        .forEach((url, its) -> relays.add(new JsonObject().put("url", url).put("probes", its)));
    return relays;
  }

  /** All nodes look at the same queue: any one's look will do. Null without the role push. */
  private static @Nullable JsonObject queue(List<JsonObject> reports) {
    for (JsonObject report : reports) {
      JsonObject queue = part(report, "push").getJsonObject("queue");
      if (queue != null && queue.containsKey("lanes")) {
        return queue;
      }
    }
    return null;
  }

  private static JsonObject part(JsonObject report, String role) {
    return report.getJsonObject("parts", new JsonObject()).getJsonObject(role, new JsonObject());
  }
}
