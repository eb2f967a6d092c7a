package dev.switchboard.shared.bus;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One request over the event bus to all other processes of the cluster, and one reply from each
 * that sends one in time. Callers that come while replies are under way share them. Thread-safe.
 */
public final class Survey {
  private static final String NODE = "node";
  private static final String ANSWER_TO = "answerTo";

  private final Vertx vertx;
  private final String node;
  private final Names names;
  private final IntSupplier members;
  private final long answerMillis;
  private @Nullable Query query;

  /** The address that all processes listen on, and that of the replies to this one. */
  public record Names(String questions, String answers) {}

  /** A request to all, and the replies so far. */
  private static final class Query {
    final Promise<List<JsonObject>> answered = Promise.promise();
    final Map<String, JsonObject> answers = new HashMap<>();
  }

  /**
   * Makes one that is not started.
   *
   * @param node this process
   * @param members how many processes the cluster has, this one included
   * @param answerMillis how long replies are collected
   */
  public Survey(Vertx vertx, String node, Names names, IntSupplier members, long answerMillis) {
    this.vertx = vertx;
    this.node = node;
    this.names = names;
    this.members = members;
    this.answerMillis = answerMillis;
  }

  /**
   * Replies to other processes from now on; completes when the addresses are registered.
   *
   * @param answer what this process says of itself; a new object each time
   * @param answerTo the address where a process with a given name receives replies
   * @param heard run at each reply
   */
  public Future<Void> start(
      Supplier<Future<JsonObject>> answer, UnaryOperator<String> answerTo, Runnable heard) {
    EventBus bus = vertx.eventBus();
    MessageConsumer<JsonObject> questions =
        bus.consumer(
            names.questions(),
            question -> {
              String asker = question.body().getString(ANSWER_TO, "");
              if (!asker.isEmpty() && !asker.equals(node)) {
                answer
                    .get()
                    .onSuccess(said -> bus.send(answerTo.apply(asker), said.put(NODE, node)));
              }
            });
    MessageConsumer<JsonObject> answers =
        bus.consumer(
            names.answers(),
            reply -> {
              heard.run();
              received(reply.body());
            });
    return Future.join(questions.completion(), answers.completion()).mapEmpty();
  }

  /** Asks one process after the other, this one included, which does not reply to itself. */
  public void probe() {
    vertx.eventBus().send(names.questions(), question());
  }

  private JsonObject question() {
    return new JsonObject().put(ANSWER_TO, node);
  }

  private synchronized void received(JsonObject answer) {
    Query current = query;
    if (current != null) {
      current.answers.put(answer.getString(NODE, ""), answer);
      if (current.answers.size() >= members.getAsInt() - 1) {
        finish(current);
      }
    }
  }

  private synchronized void finish(Query ended) {
    if (ended.equals(query)) {
      query = null;
      ended.answered.complete(List.copyOf(ended.answers.values()));
    }
  }

  /** One reply from each other process that sends one in time. Never fails. */
  public synchronized Future<List<JsonObject>> query() {
    if (members.getAsInt() <= 1) {
      return Future.succeededFuture(List.of());
    }
    Query current = query;
    if (current == null) {
      Query begun = new Query();
      current = begun;
      query = begun;
      vertx.setTimer(answerMillis, id -> finish(begun));
      vertx.eventBus().publish(names.questions(), question());
    }
    return current.answered.future();
  }
}
