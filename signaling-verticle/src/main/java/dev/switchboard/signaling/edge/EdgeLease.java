package dev.switchboard.signaling.edge;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.timeline.TimelineKeys;
import dev.switchboard.signaling.SignalingKeys;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An edge's lease in Redis, and what becomes of edges whose lease is over. Everything is claimed
 * there, so that any number of edges may look and each entry is seen to by one. Belongs to the loop
 * of its edge.
 */
public final class EdgeLease {
  /** How long an edge counts as alive after its last renewal. */
  public static final Duration LEASE = Duration.ofSeconds(8);

  /** Leases are renewed every second. */
  private static final Duration STEADY = Duration.ofSeconds(3);

  /** Those who have lost messages to an edge tell it one after the other. */
  private static final Duration SWEPT_PAUSE = Duration.ofSeconds(2);

  private static final Duration CLAIM = Duration.ofSeconds(5);
  private static final Script RENEW =
      Script.load(EdgeLease.class, "edge_renew", TimelineKeys.PRELUDE);
  private static final Script SWEEP = Script.load(EdgeLease.class, "edge_sweep");
  private static final Logger log = LoggerFactory.getLogger(EdgeLease.class);

  private final EdgeId edge;
  private final RedisLink redis;
  private final EdgeBatchCodec codec;
  private final InstantSource clock;
  private final Map<String, Leftovers> kinds = new LinkedHashMap<>();
  private final List<Runnable> lapses = new ArrayList<>();
  private final List<Runnable> sweeps = new ArrayList<>();
  private Consumer<EdgeEnvelope> mail = envelope -> {};
  private Supplier<List<String>> cargo = List::of;
  private long leasedSince;
  private long leasedUntil = Long.MAX_VALUE;
  private long sweptAt;
  private boolean swept;
  private long sentAwayAt;
  private boolean sweeping;
  private boolean givenUp;

  /** The lease of an edge, over its own link. */
  public EdgeLease(EdgeId edge, RedisLink redis, EdgeBatchCodec codec, InstantSource clock) {
    this.edge = edge;
    this.redis = redis;
    this.codec = codec;
    this.clock = clock;
  }

  /** A lease of the same edge in another Redis. */
  public EdgeLease in(RedisLink other) {
    return new EdgeLease(edge, other, codec, clock);
  }

  /**
   * Sets what sees to the entries of {@code edge:<kind>:<edge>} of dead edges; every node must know
   * the same kinds.
   */
  public void onDeadEdge(String kind, Leftovers leftovers) {
    kinds.put(kind, leftovers);
  }

  /**
   * Sets what is done when this edge finds that its lease had run out: others may have taken it for
   * dead meanwhile, and seen to its entries.
   */
  public void onLapse(Runnable handler) {
    lapses.add(handler);
  }

  /**
   * Sets what is done when this edge finds that others have taken it for dead, or that Redis has
   * lost what it knew: the entries of its sockets are gone, or going.
   */
  public void onSwept(Runnable handler) {
    sweeps.add(handler);
  }

  /** Sets what gets the messages in this edge's mailbox, some of them more than once. */
  public void onMail(Consumer<EdgeEnvelope> handler) {
    mail = handler;
  }

  /**
   * Sets what goes along with each renewal, as further arguments of {@code edge_renew}: so that
   * what can wait for a second costs no request of its own.
   */
  public void onRenew(Supplier<List<String>> supplier) {
    cargo = supplier;
  }

  /**
   * Gives the lease up, since this edge is being closed: nobody waits for it to run out. What the
   * edge could not clear away itself is seen to by others.
   */
  public Future<Void> giveUp() {
    givenUp = true;
    return redis
        .send(
            Request.cmd(Command.ZADD)
                .arg(SignalingKeys.LEASES)
                .arg("XX")
                .arg(0)
                .arg(edge.toString()))
        .mapEmpty();
  }

  /**
   * True if Redis has been there for some seconds, so that every edge that lives has renewed its
   * lease: what is over now belongs to a dead one.
   */
  public boolean isSteady() {
    return isHeldFor(STEADY, clock.millis());
  }

  /** False where the own lease looks over, too: the clock was set, or all stood still. */
  private boolean isHeldFor(Duration time, long now) {
    return leasedSince != 0 && now - leasedSince >= time.toMillis() && now <= leasedUntil;
  }

  /** Renews the lease; fails while Redis is away. */
  public Future<Void> renew() {
    long now = clock.millis();
    long until = now + LEASE.toMillis();
    String before = leasedUntil == Long.MAX_VALUE ? "0" : "1";
    List<String> arguments =
        new ArrayList<>(List.of(edge.toString(), Long.toString(until), before));
    arguments.addAll(cargo.get());
    return redis
        .run(
            RENEW, List.of(SignalingKeys.LEASES, SignalingKeys.mailbox(edge.toString())), arguments)
        .onFailure(away -> leasedSince = 0)
        .map(answer -> held(now, until, answer));
  }

  private @Nullable Void held(long now, long until, @Nullable Response answer) {
    boolean lapsed = now > leasedUntil;
    long noted = answer == null ? 0 : answer.get(0).toLong();
    // Another time, not a later one: the clock may have been set back meanwhile.
    boolean sweptAnew = noted != 0 && noted != sweptAt;
    swept |= sweptAnew || (answer != null && answer.get(1).toInteger() == 1);
    sweptAt = sweptAnew ? noted : sweptAt;
    leasedUntil = until;
    // What held this edge up may have held up all of them: the others get time to renew, too.
    if (leasedSince == 0 || lapsed) {
      leasedSince = now;
    }
    if (lapsed) {
      lapses.forEach(Runnable::run);
    }
    if (answer != null) {
      answer.get(2).forEach(envelope -> fetch(envelope.toBuffer()));
    }
    if (swept && Math.abs(now - sentAwayAt) >= SWEPT_PAUSE.toMillis()) {
      swept = false;
      sentAwayAt = now;
      log.warn("edge {} was taken for dead: its clients are sent to register again", edge);
      sweeps.forEach(Runnable::run);
    }
    return null;
  }

  /**
   * A message is out of the mailbox only once it is here, so that none is gone with an answer that
   * is lost.
   */
  private void fetch(Buffer envelope) {
    deliver(envelope);
    redis.send(
        Request.cmd(Command.LREM).arg(SignalingKeys.mailbox(edge.toString())).arg(1).arg(envelope));
  }

  private void deliver(Buffer envelope) {
    EdgeBatch read;
    try {
      read = codec.decodeFromWire(0, envelope);
    } catch (RuntimeException unreadable) {
      log.warn("a message in the mailbox is of another version", unreadable);
      return;
    }
    read.envelopes().forEach(mail);
  }

  /**
   * Sees to what dead edges left behind. After Redis was away every lease is over, although the
   * edges live: whoever sweeps waits until it has held its own for as long as a lease lasts, so
   * that the others had time to renew theirs.
   */
  public void sweep() {
    long now = clock.millis();
    if (sweeping || !isHeldFor(LEASE, now)) {
      return;
    }
    sweeping = true;
    List<String> arguments = new ArrayList<>();
    arguments.add(Long.toString(now));
    arguments.add(Long.toString(CLAIM.toMillis()));
    arguments.addAll(kinds.keySet());
    redis
        .run(SWEEP, List.of(SignalingKeys.LEASES), arguments)
        .compose(this::settle)
        .onComplete(
            done -> {
              sweeping = false;
              if (done.failed() && !givenUp) {
                log.warn("sweeping after dead edges goes on later", done.cause());
              }
            });
  }

  /** The answer is a list of edge, kind, entries. */
  private Future<Void> settle(@Nullable Response claimed) {
    List<Future<Void>> settled = new ArrayList<>();
    for (int i = 0; claimed != null && i + 2 < claimed.size(); i += 3) {
      String dead = claimed.get(i).toString();
      Leftovers leftovers = kinds.get(claimed.get(i + 1).toString());
      if (leftovers != null) {
        claimed
            .get(i + 2)
            .forEach(entry -> settled.add(leftovers.settle(dead, new JsonArray(entry.toString()))));
      }
    }
    return Future.join(settled).mapEmpty();
  }
}
