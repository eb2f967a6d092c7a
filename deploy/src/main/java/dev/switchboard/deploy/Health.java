package dev.switchboard.deploy;

import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.role.Role;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** How this process is. Fields of roles that run elsewhere come over the event bus. */
final class Health {
  private static final String RUNS = "initialized";

  private final List<Role> roles;
  private final StoreProbe stores;
  private final Members members;
  private final ClusterHealth others;
  private final long startedNanos = System.nanoTime();
  private volatile boolean ready;
  private volatile boolean draining;

  Health(Node node, List<Role> roles, StoreProbe stores, Members members) {
    this.roles = roles;
    this.stores = stores;
    this.members = members;
    this.others = new ClusterHealth(node.vertx(), node.id(), roles, members::count, node.clock());
  }

  /** Replies to other processes from now on; completes when the addresses are registered. */
  Future<Void> start() {
    return others.start();
  }

  /** Opens readiness: all edges are up. */
  void ready() {
    ready = true;
  }

  /** Closes readiness for good: clients are being sent elsewhere. */
  void draining() {
    draining = true;
  }

  /** One word for operators: starting, ready, unready, isolated or draining. */
  String state() {
    if (draining) {
      return "draining";
    }
    if (!ready) {
      return "starting";
    }
    if (others.isIsolated()) {
      return "isolated";
    }
    return isReady() ? "ready" : "unready";
  }

  /** True while requests should be sent here. */
  boolean isReady() {
    // calls go on while Postgres is away: a process is unready only if nothing in it can serve
    boolean postgresNeeded = roles.stream().noneMatch(Role::worksWithoutPostgres);
    // without Redis there are no calls and no pushes, whatever else a process has
    boolean redisNeeded = !roles.stream().allMatch(Role::worksWithoutRedis);
    return ready
        && !draining
        && !others.isIsolated()
        && (!redisNeeded || stores.redisUp())
        && (!postgresNeeded || stores.postgresUp());
  }

  /** Seconds since the start. */
  double uptime() {
    return Math.round((System.nanoTime() - startedNanos) / 1e6) / 1e3;
  }

  /** The answer of {@code GET /health}; within 300 ms whoever is away. */
  Future<JsonObject> report() {
    return others
        .query()
        .map(
            answers -> {
              JsonObject report = own();
              List<JsonObject> parts = new ArrayList<>();
              roles.forEach(role -> parts.add(role.health()));
              answers.forEach(answer -> parts.addAll(ClusterHealth.parts(answer, "health")));
              boolean deaf = members.count() > 1 && answers.isEmpty();
              boolean stored = stores.redisUp() && stores.chatRedisUp() && stores.postgresUp();
              boolean degraded = deaf || !stored;
              for (JsonObject part : parts) {
                degraded |= Boolean.TRUE.equals(part.getValue("degraded"));
                part.forEach(field -> merge(report, field.getKey(), field.getValue()));
              }
              report.remove("degraded");
              return report.put("status", degraded ? "degraded" : "ok");
            });
  }

  /** Numbers of several processes add up; what runs in one of them runs. */
  private static void merge(JsonObject report, String name, Object value) {
    Object known = report.getValue(name);
    if (value instanceof Number more && known instanceof Number sum) {
      report.put(name, sum.longValue() + more.longValue());
    } else if (!RUNS.equals(known)) {
      report.put(name, value);
    }
  }

  /** The features of every role that runs somewhere in the cluster, and which roles those are. */
  Future<JsonObject> features() {
    return others
        .query()
        .map(
            answers -> {
              JsonObject features = new JsonObject();
              List<JsonObject> parts = new ArrayList<>();
              for (Role role : roles) {
                features.put(role.name().wireName(), true);
                parts.add(role.features());
              }
              for (JsonObject answer : answers) {
                ClusterHealth.roles(answer).forEach(role -> features.put(role, true));
                parts.addAll(ClusterHealth.parts(answer, "features"));
              }
              for (JsonObject part : parts) {
                part.forEach(
                    field -> {
                      if (!Boolean.TRUE.equals(features.getValue(field.getKey()))) {
                        features.put(field.getKey(), field.getValue());
                      }
                    });
              }
              return features;
            });
  }

  private JsonObject own() {
    JsonArray names = new JsonArray();
    roles.forEach(role -> names.add(role.name().wireName()));
    return new JsonObject()
        .put("status", "ok")
        .put("timestamp", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString())
        .put("uptime", uptime())
        .put("redis", stores.redisUp() ? "connected" : "disconnected")
        .put("postgres", stores.postgresUp() ? "connected" : "disconnected")
        .put("fcm", "not_initialized")
        .put("apns", "not_initialized")
        .put("webpush", "not_initialized")
        .put("cluster", new JsonObject().put("nodes", members.count()))
        .put("roles", names)
        .put("sessions", 0)
        .put("activeSessions", 0)
        .put("chatSessions", 0);
  }
}
