package dev.switchboard.deploy.admin;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.bus.Survey;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.role.Role;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every process of the cluster reports of itself to operators, over the event bus, and the
 * order to drain. A process reports whether or not it serves the page itself. Thread-safe.
 */
public final class NodeReports {
  /** How long reports are collected, in milliseconds. */
  private static final long ANSWER_MILLIS = 1_500;

  /** What a role may take of that. */
  private static final long ROLE_MILLIS = 1_000;

  private static final long ORDER_MILLIS = 2_000;
  private static final Logger log = LoggerFactory.getLogger(NodeReports.class);

  private final Node node;
  private final List<Role> roles;
  private final Supplier<JsonObject> self;
  private final Runnable drain;
  private final Survey survey;

  /**
   * Makes one that is not started.
   *
   * @param self what the process says of itself, besides its name and its roles
   * @param members how many processes the cluster has, this one included
   * @param drain begins an orderly stop of this process, and returns at once
   */
  public NodeReports(
      Node node, List<Role> roles, Supplier<JsonObject> self, IntSupplier members, Runnable drain) {
    this.node = node;
    this.roles = roles;
    this.self = self;
    this.drain = drain;
    this.survey =
        new Survey(
            node.vertx(),
            node.id(),
            new Survey.Names(BusAddresses.OVERVIEW, BusAddresses.overviewAnswers(node.id())),
            members,
            ANSWER_MILLIS);
  }

  /** Reports and obeys from now on; completes when the addresses are registered. */
  public Future<Void> start() {
    return Future.join(
            survey.start(this::own, BusAddresses::overviewAnswers, () -> {}),
            node.vertx()
                .eventBus()
                .<JsonObject>consumer(
                    BusAddresses.drain(node.id()),
                    order -> {
                      log.warn("draining, by order of {}", order.body().getString("by"));
                      order.reply(new JsonObject());
                      drain.run();
                    })
                .completion())
        .mapEmpty();
  }

  /** The name of this process. */
  String ownId() {
    return node.id();
  }

  /** One report of each process that sends one in time, this one's first. Never fails. */
  Future<List<JsonObject>> ask() {
    Future<List<JsonObject>> others = survey.query();
    return own()
        .compose(
            mine ->
                others.map(
                    theirs -> {
                      List<JsonObject> all = new ArrayList<>();
                      all.add(mine.put("node", node.id()));
                      all.addAll(theirs);
                      return all;
                    }));
  }

  /**
   * Has a process drain. Fails if it does not say that it does.
   *
   * @param by who asks, for its log
   */
  Future<Void> drain(String id, String by) {
    return node.vertx()
        .eventBus()
        .request(
            BusAddresses.drain(id),
            new JsonObject().put("by", by),
            new DeliveryOptions().setSendTimeout(ORDER_MILLIS))
        .mapEmpty();
  }

  private Future<JsonObject> own() {
    JsonObject parts = new JsonObject();
    JsonObject health = new JsonObject();
    List<Future<JsonObject>> looks = new ArrayList<>();
    for (Role role : roles) {
      String name = role.name().wireName();
      health.put(name, role.health());
      parts.put(name, new JsonObject());
      looks.add(
          role.overview()
              .timeout(ROLE_MILLIS, TimeUnit.MILLISECONDS)
              .onSuccess(said -> parts.put(name, said)));
    }
    return Future.join(looks)
        .transform(
            looked -> Future.succeededFuture(self.get().put("health", health).put("parts", parts)));
  }
}
