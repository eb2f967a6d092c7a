package dev.switchboard.signaling.edge;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.metrics.MetricNames;
import dev.switchboard.shared.role.EdgeId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The way to any edge of the cluster: a plain call on the same loop, a hand-over between loops of
 * one process, the event bus between nodes, and the mailbox where the bus does not reach a node
 * that lives. Messages of one sender to one edge arrive in order.
 */
public final class EdgeRouter {
  /** How long another node may take to answer, in milliseconds. */
  public static final long ANSWER_MILLIS = 2_000;

  private final EventBus bus;
  private final Map<EdgeId, EdgeSockets> here = new ConcurrentHashMap<>();
  private final Timer busTimer;
  private final DeliveryOptions options =
      new DeliveryOptions().setCodecName(EdgeBatchCodec.NAME).setSendTimeout(ANSWER_MILLIS);
  private final Map<EdgeId, EdgeChannel> channels = new ConcurrentHashMap<>();
  private final String process = Long.toString(ThreadLocalRandom.current().nextLong(), 36);
  private final AtomicLong made = new AtomicLong();
  private volatile @Nullable EdgeMailbox mailbox;

  /** The router of one process; create one only, since it registers the codec. */
  public EdgeRouter(Vertx vertx, MeterRegistry meters, EdgeBatchCodec codec) {
    this.bus = vertx.eventBus();
    this.bus.registerCodec(codec);
    this.busTimer =
        Timer.builder(MetricNames.BUS_REQUEST).publishPercentileHistogram().register(meters);
  }

  /** Sets the way to edges that the bus does not reach. */
  public void mailbox(EdgeMailbox used) {
    mailbox = used;
  }

  /**
   * Makes an edge of this process reachable. Called on its loop; completes when the bus knows it.
   */
  public Future<Void> open(EdgeSockets sockets) {
    here.put(sockets.edge(), sockets);
    MessageConsumer<EdgeBatch> consumer =
        bus.<EdgeBatch>consumer(BusAddresses.edge(sockets.edge()))
            .handler(
                batch ->
                    sockets.receive(
                        batch.body(), receipts -> batch.reply(Receipt.write(receipts))));
    return consumer.completion();
  }

  /** True if the edge is one of this process. */
  public boolean isHere(EdgeId edge) {
    return here.containsKey(edge);
  }

  /** Sends a message; never fails. Completes on the caller's context. */
  public Future<Receipt> send(EdgeId target, EdgeMessage message) {
    EdgeSockets local = here.get(target);
    if (local == null) {
      return channels.computeIfAbsent(target, this::channel).send(message);
    }
    if (local.isOnItsLoop()) {
      return Future.succeededFuture(local.receive(message));
    }
    Context caller = Vertx.currentContext();
    Promise<Receipt> answer = Promise.promise();
    local
        .context()
        .runOnContext(
            now -> {
              Receipt receipt = local.receive(message);
              if (caller == null) {
                answer.complete(receipt);
              } else {
                caller.runOnContext(back -> answer.complete(receipt));
              }
            });
    return answer.future();
  }

  private EdgeChannel channel(EdgeId target) {
    return new EdgeChannel(
        target,
        process + "." + made.incrementAndGet(),
        batch -> overTheBus(target, batch),
        mailbox,
        () -> channels.remove(target));
  }

  private Future<List<Receipt>> overTheBus(EdgeId target, EdgeBatch batch) {
    long started = System.nanoTime();
    return bus.<String>request(BusAddresses.edge(target), batch, options)
        .map(
            reply -> {
              busTimer.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
              return Receipt.read(reply.body());
            });
  }
}
