package dev.switchboard.push.webhooks;

import dev.switchboard.push.config.TrustedCa;
import dev.switchboard.shared.outbound.Endpoint;
import dev.switchboard.shared.outbound.EndpointGuard;
import dev.switchboard.shared.outbound.EndpointRules;
import dev.switchboard.shared.outbound.ServiceClient;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.schedule.PeriodicTask;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Webhooks in a process: a worker of its own, with connections of its own, so that a receiver holds
 * up no push.
 */
public final class Webhooks {
  private static final long CLAIM_PAUSE_MILLIS = 100;
  private static final long OUTBOX_PAUSE_MILLIS = 500;
  private static final long LOOK_PAUSE_MILLIS = 5_000;
  private static final long BURY_PAUSE_MILLIS = 30_000;

  private final Node node;
  private final WebhookSettings settings;
  private final TrustedCa trusted;
  private final List<PeriodicTask> loops = new ArrayList<>();
  private @Nullable WebhookWorker worker;
  private @Nullable WebhookSender sender;

  /** Throws {@link dev.switchboard.shared.config.BadSettingException} for settings it can't use. */
  public Webhooks(Node node) {
    this.node = node;
    this.settings = WebhookSettings.from(node.settings());
    this.trusted = TrustedCa.from(node.settings());
  }

  /**
   * Starts to send on the current event loop; does nothing without a receiver.
   *
   * @param open opens a connection to Redis
   */
  public void start(Vertx vertx, Supplier<RedisLink> open) {
    Endpoint url = settings.url();
    if (url == null) {
      return;
    }
    EndpointGuard guard =
        new EndpointGuard(vertx, EndpointRules.ofAnyHost(settings.allowPrivate()));
    ServiceClient client =
        new ServiceClient(
            vertx, url, guard, ReceiverState.AT_A_TIME, trusted.trustOptions().orElse(null));
    WebhookQueue queue = new WebhookQueue(open.get());
    WebhookMetrics metrics = new WebhookMetrics(node.meters());
    WebhookSender sending =
        new WebhookSender(client, settings.signer(), node.clock(), WebhookSender.ATTEMPT_MILLIS);
    WebhookWorker working =
        new WebhookWorker(queue, sending, metrics, node.clock(), () -> loops.getFirst().soon());
    OutboxMover outbox = new OutboxMover(node.postgres(), queue, node.clock());
    sender = sending;
    worker = working;
    loop(vertx, "Sending webhooks", CLAIM_PAUSE_MILLIS, working::step);
    loop(vertx, "Moving webhooks out of Postgres", OUTBOX_PAUSE_MILLIS, outbox::step);
    loop(vertx, "Burying old webhooks", BURY_PAUSE_MILLIS, working::buryOld);
    loop(
        vertx,
        "Looking at the webhook queue",
        LOOK_PAUSE_MILLIS,
        () -> queue.look().onSuccess(state -> metrics.state(state, node.clock().millis())));
  }

  private void loop(Vertx vertx, String what, long pauseMillis, Supplier<Future<?>> step) {
    loops.add(PeriodicTask.start(vertx, what, pauseMillis, step));
  }

  /** Mounts the operators' routes on an edge, on its event loop. */
  public void mount(Edge edge, RedisLink link) {
    new WebhookRoutes(node.access(), new WebhookDeadLetters(link, node.clock()))
        .mount(edge.router());
  }

  /**
   * How the queue of events stands, for operators: {@code {waiting, oldestMillis, deadLetters}},
   * where what waits are calls, rooms and users with events. Null without a receiver. On the loop
   * of the link; fails as it does.
   */
  public Future<@Nullable JsonObject> look(RedisLink link) {
    if (settings.url() == null) {
      return Future.succeededFuture(null);
    }
    return new WebhookQueue(link).look().map(state -> shown(state, node.clock().millis()));
  }

  private static JsonObject shown(WebhookQueue.State state, long now) {
    return new JsonObject()
        .put("waiting", state.waiting())
        .put("oldestMillis", state.oldest() == 0 ? null : Math.max(0, now - state.oldest()))
        .put("deadLetters", state.dead());
  }

  /** Sends nothing new; completes when what is under way has ended. */
  public Future<Void> stop() {
    WebhookWorker working = worker;
    WebhookSender sending = sender;
    if (working == null || sending == null) {
      return Future.succeededFuture();
    }
    return Future.join(loops.stream().map(PeriodicTask::stop).toList())
        .transform(stopped -> working.stop())
        .eventually(sending::close);
  }
}
