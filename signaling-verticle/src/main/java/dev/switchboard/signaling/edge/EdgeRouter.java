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
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The way to any edge of the cluster: a plain call on the same loop, a hand-over between loops of
 * one process, the event bus between nodes, and Redis where the bus does not reach a node that
 * lives. Messages of one sender to one edge arrive in order.
 */
public final class EdgeRouter {
  /** How long another node may take to answer, in milliseconds. */
  public static final long ANSWER_MILLIS = 2_000;

  private final EventBus bus;
  private final Map<EdgeId, EdgeSockets> here = new ConcurrentHashMap<>();
  private final Timer busTimer;
  private final DeliveryOptions options =
      new DeliveryOptions().setCodecName(EdgeLetterCodec.NAME).setSendTimeout(ANSWER_MILLIS);
  private final Map<EdgeId, EdgeLane> lanes = new ConcurrentHashMap<>();
  private final String process = Long.toString(ThreadLocalRandom.current().nextLong(), 36);
  private final AtomicLong made = new AtomicLong();
  private volatile @Nullable EdgeMail mail;

  /** The router of one process; create one only, since it registers the codec. */
  public EdgeRouter(Vertx vertx, MeterRegistry meters) {
    this.bus = vertx.eventBus();
    this.bus.registerCodec(new EdgeLetterCodec());
    this.busTimer =
        Timer.builder(MetricNames.BUS_REQUEST).publishPercentileHistogram().register(meters);
  }

  /** Sets the way round by Redis. */
  public void goRound(EdgeMail mail) {
    this.mail = mail;
  }

  /**
   * Makes an edge of this process reachable. Called on its loop; completes when the bus knows it.
   */
  public Future<Void> open(EdgeSockets sockets) {
    here.put(sockets.edge(), sockets);
    MessageConsumer<EdgeLetter> consumer =
        bus.<EdgeLetter>consumer(BusAddresses.edge(sockets.edge()))
            .handler(letter -> letter.reply(sockets.receive(letter.body()).name()));
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
      return lanes.computeIfAbsent(target, this::lane).send(message);
    }
    Context caller = Vertx.currentContext();
    if (Objects.equals(caller, local.context())) {
      return Future.succeededFuture(local.receive(message));
    }
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

  private EdgeLane lane(EdgeId target) {
    return new EdgeLane(
        target,
        process + "." + made.incrementAndGet(),
        letter -> overTheBus(target, letter),
        mail,
        () -> lanes.remove(target));
  }

  private Future<Receipt> overTheBus(EdgeId target, EdgeLetter letter) {
    long started = System.nanoTime();
    return bus.<String>request(BusAddresses.edge(target), letter, options)
        .map(
            reply -> {
              busTimer.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
              return Receipt.valueOf(reply.body());
            });
  }
}
