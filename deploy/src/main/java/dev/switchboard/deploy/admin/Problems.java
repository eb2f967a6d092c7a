package dev.switchboard.deploy.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong, the worst first: {@code {level, area, subject, text}}. {@code critical} loses
 * calls or pushes now, a {@code warning} will or loses some, a {@code note} is somebody's doing and
 * passes by itself. Stateless.
 */
final class Problems {
  private static final String CRITICAL = "critical";
  private static final String WARNING = "warning";
  private static final String NOTE = "note";
  private static final List<String> LEVELS = List.of(CRITICAL, WARNING, NOTE);

  /** From when on a job has waited too long, and far too long, in milliseconds. */
  private static final Map<String, long[]> PATIENCE =
      Map.of(
          "rings", new long[] {3_000, 10_000},
          "calls", new long[] {15_000, 60_000},
          "bulk", new long[] {600_000, 3_600_000});

  /** Nobody runs a relay or rooms by chance; without the others nothing works. */
  private static final Map<String, String> ROLES =
      new TreeMap<>(Map.of("signaling", CRITICAL, "push", CRITICAL, "ice", WARNING, "rooms", NOTE));

  private static final long WEBHOOKS_LATE_MILLIS = 60_000;

  private final List<JsonObject> found = new ArrayList<>();

  private Problems() {}

  /** Of an overview that has no problems yet. */
  static JsonArray of(JsonObject overview) {
    Problems problems = new Problems();
    problems.ofNodes(overview);
    problems.ofRoles(overview);
    problems.ofProviders(overview);
    problems.ofRelays(overview);
    JsonObject queue = overview.getJsonObject("queue");
    if (queue != null) {
      problems.ofQueue(queue);
    }
    problems.found.sort(Comparator.comparingInt(each -> LEVELS.indexOf(each.getString("level"))));
    return new JsonArray(problems.found);
  }

  /** True for what asks for no action. */
  static boolean isNote(JsonObject problem) {
    return NOTE.equals(problem.getString("level"));
  }

  private void add(String level, String area, @Nullable String subject, String text) {
    found.add(
        new JsonObject()
            .put("level", level)
            .put("area", area)
            .put("subject", subject)
            .put("text", text));
  }

  private void ofNodes(JsonObject overview) {
    for (Object address : overview.getJsonArray("silent")) {
      add(
          CRITICAL,
          "node",
          null,
          "The node at " + address + " is a member of the cluster and does not answer");
    }
    Set<String> stores = new HashSet<>();
    for (JsonObject node : list(overview, "nodes")) {
      String id = node.getString("id");
      String name = name(node);
      switch (node.getString("state", "")) {
        case "isolated" -> add(CRITICAL, "node", id, name + " hears no other node over the bus");
        case "unready" -> add(CRITICAL, "node", id, name + " can't serve: a store is away");
        case "draining" -> add(NOTE, "node", id, name + " drains: its clients move elsewhere");
        case "starting" -> add(NOTE, "node", id, name + " is starting");
        default -> {}
      }
      for (String store : List.of("redis", "chatRedis", "postgres")) {
        if (Boolean.FALSE.equals(node.getValue(store)) && stores.add(store + id)) {
          add(CRITICAL, "store", id, name + " does not reach " + store(store));
        }
      }
      for (Object role : node.getJsonArray("degraded", new JsonArray())) {
        // of push the providers say more
        if (!role.equals("push")) {
          add(WARNING, "role", id, "The role " + role + " of " + name + " is degraded");
        }
      }
    }
  }

  private static String store(String name) {
    return switch (name) {
      case "redis" -> "Redis";
      case "chatRedis" -> "the chat's Redis";
      default -> "Postgres";
    };
  }

  /** The host, which people know, and the port, as several nodes may share a host. */
  private static String name(JsonObject node) {
    return node.getString("host", node.getString("id")) + ":" + node.getValue("port");
  }

  private void ofRoles(JsonObject overview) {
    Set<String> missing = new TreeSet<>(ROLES.keySet());
    for (JsonObject node : list(overview, "nodes")) {
      node.getJsonArray("roles").forEach(missing::remove);
    }
    for (String role : missing) {
      add(ROLES.getOrDefault(role, NOTE), "role", role, "No node runs the role " + role);
    }
  }

  private void ofProviders(JsonObject overview) {
    Set<String> told = new HashSet<>();
    for (JsonObject provider : list(overview, "providers")) {
      String name = provider.getString("provider", "");
      String why = provider.getString("why");
      String state = provider.getString("state", "");
      if (why == null || !told.add(name + state + why)) {
        continue;
      }
      switch (state) {
        case "refused" -> add(CRITICAL, "provider", name, name + " refuses us: " + why);
        case "missing" ->
            add(CRITICAL, "provider", name, name + " does not run, a mock stands in: " + why);
        default -> add(WARNING, "provider", name, why);
      }
    }
  }

  private void ofRelays(JsonObject overview) {
    List<JsonObject> relays = list(overview, "relays");
    List<JsonObject> dead = relays.stream().filter(relay -> !isUp(relay, true)).toList();
    boolean all = !dead.isEmpty() && dead.size() == relays.size();
    for (JsonObject relay : relays) {
      String url = relay.getString("url");
      if (dead.contains(relay)) {
        String left = all ? "and so does every other" : "and has left the list";
        add(all ? CRITICAL : WARNING, "relay", url, url + " misses its probes, " + left);
      } else if (!isUp(relay, false)) {
        add(WARNING, "relay", url, url + " misses the probes of some nodes");
      }
    }
  }

  /**
   * @param somewhere whether one node that reaches it is enough
   */
  private static boolean isUp(JsonObject relay, boolean somewhere) {
    List<JsonObject> probes = list(relay, "probes");
    return somewhere
        ? probes.stream().anyMatch(probe -> probe.getBoolean("up", true))
        : probes.stream().allMatch(probe -> probe.getBoolean("up", true));
  }

  private void ofQueue(JsonObject queue) {
    for (JsonObject lane : list(queue, "lanes")) {
      String name = lane.getString("lane", "");
      long age = lane.getLong("oldestMillis") == null ? 0 : lane.getLong("oldestMillis");
      long[] patience = PATIENCE.getOrDefault(name, new long[] {60_000, 600_000});
      if (age >= patience[0]) {
        String text = "A push of the lane " + name + " has waited for " + seconds(age);
        add(age >= patience[1] ? CRITICAL : WARNING, "queue", name, text);
      }
    }
    letters(queue.getLong("deadLetters", 0L), "push", "pushes");
    JsonObject webhooks = queue.getJsonObject("webhooks");
    if (webhooks != null) {
      Long age = webhooks.getLong("oldestMillis");
      if (age != null && age >= WEBHOOKS_LATE_MILLIS) {
        add(WARNING, "queue", "webhooks", "A webhook has waited for " + seconds(age));
      }
      letters(webhooks.getLong("deadLetters", 0L), "webhook", "webhooks");
    }
  }

  private void letters(long count, String one, String several) {
    if (count > 0) {
      String text = count == 1 ? "One " + one + " has" : count + " " + several + " have";
      add(WARNING, "letters", one, text + " used up all retries: replay when the cause is gone");
    }
  }

  private static String seconds(long millis) {
    long seconds = millis / 1_000;
    return seconds < 120 ? seconds + " s" : seconds / 60 + " min";
  }

  private static List<JsonObject> list(JsonObject from, String name) {
    return from.getJsonArray(name, new JsonArray()).stream()
        .map(each -> (JsonObject) each)
        .toList();
  }
}
