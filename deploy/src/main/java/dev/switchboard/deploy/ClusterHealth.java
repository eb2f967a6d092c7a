package dev.switchboard.deploy;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.bus.Survey;
import dev.switchboard.shared.role.Role;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.List;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The health of the other processes of the cluster, by request and reply over the event bus: one
 * request goes to all, and callers that come while replies are under way share them. A probe of one
 * process a second finds out whether this one is isolated from the rest. Thread-safe.
 */
final class ClusterHealth {
  /** How long replies are collected, in milliseconds. */
  static final long ANSWER_MILLIS = 300;

  /** How often one of the processes is probed. */
  private static final long PROBE_MILLIS = 1_000;

  /**
   * How long no reply may come: longer than a dead process counts as a member, so that the last
   * living one does not count itself as isolated.
   */
  static final long ISOLATED_MILLIS = 10_000;

  private static final Logger log = LoggerFactory.getLogger(ClusterHealth.class);

  private static final String PARTS = "parts";

  private final Vertx vertx;
  private final List<Role> roles;
  private final IntSupplier members;
  private final InstantSource clock;
  private final Survey survey;
  private long probedAt;
  private volatile long receivedAt;
  private volatile boolean isolated;

  /**
   * @param node this process
   * @param members how many processes the cluster has, this one included
   */
  ClusterHealth(
      Vertx vertx, String node, List<Role> roles, IntSupplier members, InstantSource clock) {
    this.vertx = vertx;
    this.roles = roles;
    this.members = members;
    this.clock = clock;
    Survey.Names names = new Survey.Names(BusAddresses.HEALTH, BusAddresses.healthAnswers(node));
    this.survey = new Survey(vertx, node, names, members, ANSWER_MILLIS);
  }

  /** Replies to other processes from now on; completes when the addresses are registered. */
  Future<Void> start() {
    probedAt = clock.millis();
    receivedAt = probedAt;
    vertx.setPeriodic(PROBE_MILLIS, id -> probe());
    return survey.start(
        () -> Future.succeededFuture(answer()),
        BusAddresses::healthAnswers,
        () -> receivedAt = clock.millis());
  }

  /** The bus sends to one process after the other, this one included. */
  private void probe() {
    long now = clock.millis();
    boolean stoodStill = now - probedAt > ISOLATED_MILLIS;
    probedAt = now;
    if (members.getAsInt() <= 1 || stoodStill) {
      receivedAt = now;
    }
    if (members.getAsInt() > 1) {
      survey.probe();
    }
    boolean silent = now - receivedAt > ISOLATED_MILLIS;
    if (silent != isolated) {
      isolated = silent;
      if (silent) {
        log.warn("the event bus is deaf: none of {} processes answers", members.getAsInt() - 1);
      } else {
        log.info("the event bus hears others again");
      }
    }
  }

  /** True if there are other members, but none has replied for a while. Any thread. */
  boolean isIsolated() {
    return isolated;
  }

  private JsonObject answer() {
    JsonArray parts = new JsonArray();
    for (Role role : roles) {
      parts.add(
          new JsonObject()
              .put("role", role.name().wireName())
              .put("health", role.health())
              .put("features", role.features()));
    }
    return new JsonObject().put(PARTS, parts);
  }

  /** One reply from each process that sends one in time. Never fails. */
  Future<List<JsonObject>> query() {
    return survey.query();
  }

  /**
   * The parts of one reply, one for each role.
   *
   * @param name {@code health} or {@code features}
   */
  static List<JsonObject> parts(JsonObject answer, String name) {
    return answer.getJsonArray(PARTS, new JsonArray()).stream()
        .map(part -> ((JsonObject) part).getJsonObject(name, new JsonObject()))
        .toList();
  }

  /** The roles of the process that sent this reply. */
  static List<String> roles(JsonObject answer) {
    return answer.getJsonArray(PARTS, new JsonArray()).stream()
        .map(part -> ((JsonObject) part).getString("role", ""))
        .toList();
  }
}
