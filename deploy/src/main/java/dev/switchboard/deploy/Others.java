package dev.switchboard.deploy;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.role.Role;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the other processes of the cluster say of themselves: all are asked at once, and whoever
 * asks again while answers are coming shares them. Thread-safe.
 */
final class Others {
  /** How long the slowest may take, in milliseconds. */
  static final long ANSWER_MILLIS = 300;

  /** How often one of the others is asked for nothing but a sign of life. */
  private static final long PROBE_MILLIS = 1_000;

  /**
   * How long nobody may answer: longer than a dead member counts as one, so that the last living
   * one does not take itself for deaf.
   */
  static final long DEAF_MILLIS = 10_000;

  private static final Logger log = LoggerFactory.getLogger(Others.class);

  private static final String NODE = "node";
  private static final String PARTS = "parts";
  private static final String ANSWER_TO = "answerTo";

  private final Vertx vertx;
  private final String node;
  private final List<Role> roles;
  private final IntSupplier members;
  private final InstantSource clock;
  private long probedAt;
  private volatile long heardAt;
  private volatile boolean deaf;
  private @Nullable Asking asking;

  /** One round of questions. */
  private static final class Asking {
    final Promise<List<JsonObject>> answered = Promise.promise();
    final Map<String, JsonObject> answers = new HashMap<>();
  }

  /**
   * @param node this process
   * @param members how many processes the cluster has, this one included
   */
  Others(Vertx vertx, String node, List<Role> roles, IntSupplier members, InstantSource clock) {
    this.vertx = vertx;
    this.node = node;
    this.roles = roles;
    this.members = members;
    this.clock = clock;
  }

  /** Answers the others from now on, and hears them; completes when the bus knows. */
  Future<Void> start() {
    EventBus bus = vertx.eventBus();
    MessageConsumer<JsonObject> questions =
        bus.consumer(
            BusAddresses.HEALTH, question -> answer(question.body().getString(ANSWER_TO, "")));
    MessageConsumer<JsonObject> answers =
        bus.consumer(BusAddresses.healthAnswers(node), answer -> heard(answer.body()));
    probedAt = clock.millis();
    heardAt = probedAt;
    vertx.setPeriodic(PROBE_MILLIS, id -> probe());
    return Future.join(questions.completion(), answers.completion()).mapEmpty();
  }

  /** Asks one of all processes, in turn: the bus chooses, and may choose this one. */
  private void probe() {
    long now = clock.millis();
    boolean stoodStill = now - probedAt > DEAF_MILLIS;
    probedAt = now;
    if (members.getAsInt() <= 1 || stoodStill) {
      heardAt = now;
    }
    if (members.getAsInt() > 1) {
      vertx.eventBus().send(BusAddresses.HEALTH, new JsonObject().put(ANSWER_TO, node));
    }
    boolean silent = now - heardAt > DEAF_MILLIS;
    if (silent != deaf) {
      deaf = silent;
      if (silent) {
        log.warn("the event bus is deaf: none of {} processes answers", members.getAsInt() - 1);
      } else {
        log.info("the event bus hears others again");
      }
    }
  }

  /** True if there are others, but none has been heard over the bus for a while. Any thread. */
  boolean isDeaf() {
    return deaf;
  }

  private void answer(String asker) {
    if (asker.isEmpty() || asker.equals(node)) {
      return;
    }
    JsonArray parts = new JsonArray();
    for (Role role : roles) {
      parts.add(
          new JsonObject()
              .put("role", role.name().wireName())
              .put("health", role.health())
              .put("features", role.features()));
    }
    vertx
        .eventBus()
        .send(
            BusAddresses.healthAnswers(asker), new JsonObject().put(NODE, node).put(PARTS, parts));
  }

  private synchronized void heard(JsonObject answer) {
    heardAt = clock.millis();
    Asking current = asking;
    if (current != null) {
      current.answers.put(answer.getString(NODE, ""), answer);
      if (current.answers.size() >= members.getAsInt() - 1) {
        finish(current);
      }
    }
  }

  private synchronized void finish(Asking ended) {
    if (ended.equals(asking)) {
      asking = null;
      ended.answered.complete(List.copyOf(ended.answers.values()));
    }
  }

  /** One answer from each process that gives one in time. Never fails. */
  synchronized Future<List<JsonObject>> ask() {
    if (members.getAsInt() <= 1) {
      return Future.succeededFuture(List.of());
    }
    Asking current = asking;
    if (current == null) {
      Asking begun = new Asking();
      current = begun;
      asking = begun;
      vertx.setTimer(ANSWER_MILLIS, id -> finish(begun));
      vertx.eventBus().publish(BusAddresses.HEALTH, new JsonObject().put(ANSWER_TO, node));
    }
    return current.answered.future();
  }

  /**
   * What the roles of one answer say, by the name of the part: {@code health} or {@code features}.
   */
  static List<JsonObject> parts(JsonObject answer, String name) {
    return answer.getJsonArray(PARTS, new JsonArray()).stream()
        .map(part -> ((JsonObject) part).getJsonObject(name, new JsonObject()))
        .toList();
  }

  /** The roles of the process that gave this answer. */
  static List<String> roles(JsonObject answer) {
    return answer.getJsonArray(PARTS, new JsonArray()).stream()
        .map(part -> ((JsonObject) part).getString("role", ""))
        .toList();
  }
}
