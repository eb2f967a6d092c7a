package dev.switchboard.deploy;

import com.hazelcast.core.HazelcastInstance;
import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.role.Role;
import dev.switchboard.shared.role.RoleName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** How this process is. Fields of roles that run elsewhere come over the event bus. */
final class Health {
  private static final long ELSEWHERE_MILLIS = 300;

  private final Vertx vertx;
  private final List<Role> roles;
  private final StoreProbe stores;
  private final Optional<HazelcastInstance> cluster;
  private final long startedNanos = System.nanoTime();
  private volatile boolean ready;

  Health(Vertx vertx, List<Role> roles, StoreProbe stores, Optional<HazelcastInstance> cluster) {
    this.vertx = vertx;
    this.roles = roles;
    this.stores = stores;
    this.cluster = cluster;
  }

  /** Answers other processes that ask for the roles that run here. */
  void answerOthers() {
    for (Role role : roles) {
      vertx
          .eventBus()
          .consumer(BusAddresses.health(role.name()), message -> message.reply(role.health()));
    }
  }

  /** Opens and closes readiness: closed until all edges are up, and again while draining. */
  void ready(boolean ready) {
    this.ready = ready;
  }

  /** True while requests should be sent here. */
  boolean isReady() {
    // calls go on while Postgres is away: a process is unready only if nothing in it can serve
    boolean postgresNeeded = roles.stream().noneMatch(Role::worksWithoutPostgres);
    return ready && stores.redisUp() && (!postgresNeeded || stores.postgresUp());
  }

  /** Seconds since the start. */
  double uptime() {
    return Math.round((System.nanoTime() - startedNanos) / 1e6) / 1e3;
  }

  /** The answer of {@code GET /health}; within 300 ms whoever is away. */
  Future<JsonObject> report() {
    List<Future<JsonObject>> parts = new ArrayList<>();
    roles.forEach(role -> parts.add(Future.succeededFuture(role.health())));
    if (cluster.isPresent()) {
      Set<RoleName> here = roles.stream().map(Role::name).collect(Collectors.toSet());
      for (RoleName name : RoleName.values()) {
        if (!here.contains(name)) {
          parts.add(ask(name));
        }
      }
    }
    return Future.all(parts)
        .map(
            all -> {
              JsonObject report = own();
              boolean degraded = !(stores.redisUp() && stores.postgresUp());
              for (JsonObject part : all.<JsonObject>list()) {
                degraded |= Boolean.TRUE.equals(part.getValue("degraded"));
                report.mergeIn(part);
              }
              report.remove("degraded");
              return report.put("status", degraded ? "degraded" : "ok");
            });
  }

  private Future<JsonObject> ask(RoleName name) {
    return vertx
        .eventBus()
        .<JsonObject>request(
            BusAddresses.health(name),
            new JsonObject(),
            new DeliveryOptions().setSendTimeout(ELSEWHERE_MILLIS))
        .map(answer -> answer.body() == null ? new JsonObject() : answer.body())
        .otherwise(new JsonObject());
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
        .put("cluster", new JsonObject().put("nodes", nodes()))
        .put("roles", names)
        .put("sessions", 0)
        .put("activeSessions", 0);
  }

  private int nodes() {
    return cluster.map(c -> c.getCluster().getMembers().size()).orElse(1);
  }
}
