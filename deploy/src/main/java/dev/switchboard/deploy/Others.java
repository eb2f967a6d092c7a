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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the other processes of the cluster say of themselves: all are asked at once, and whoever
 * asks again while answers are coming shares them. Thread-safe.
 */
final class Others {
  /** How long the slowest may take, in milliseconds. */
  static final long ANSWER_MILLIS = 300;

  private static final String NODE = "node";
  private static final String PARTS = "parts";
  private static final String ANSWER_TO = "answerTo";

  private final Vertx vertx;
  private final String node;
  private final List<Role> roles;
  private final IntSupplier members;
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
  Others(Vertx vertx, String node, List<Role> roles, IntSupplier members) {
    this.vertx = vertx;
    this.node = node;
    this.roles = roles;
    this.members = members;
  }

  /** Answers the others from now on, and hears them; completes when the bus knows. */
  Future<Void> start() {
    EventBus bus = vertx.eventBus();
    MessageConsumer<JsonObject> questions =
        bus.consumer(
            BusAddresses.HEALTH, question -> answer(question.body().getString(ANSWER_TO, "")));
    MessageConsumer<JsonObject> answers =
        bus.consumer(BusAddresses.healthAnswers(node), answer -> heard(answer.body()));
    return Future.join(questions.completion(), answers.completion()).mapEmpty();
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
