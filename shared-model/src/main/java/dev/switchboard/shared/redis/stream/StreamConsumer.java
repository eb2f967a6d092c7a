package dev.switchboard.shared.redis.stream;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One consumer of a Redis stream's consumer group: each entry is handed to one consumer, stays
 * pending until it is {@link #done}, and can be claimed by another meanwhile. The group is made
 * when it is missing, from the stream's beginning: what is handled is deleted, so what is there is
 * still to be done.
 *
 * <p>Belongs to the event loop of its links. Futures fail as those of {@link RedisLink}.
 */
public final class StreamConsumer {
  private static final Script DONE = Script.load(StreamConsumer.class, "stream_done");
  private static final Script KEEP = Script.load(StreamConsumer.class, "stream_keep");
  private static final Script FORGET = Script.load(StreamConsumer.class, "stream_forget");
  private static final String OLDEST = "0-0";

  private final RedisLink reader;
  private final RedisLink worker;
  private final String stream;
  private final String group;
  private final String consumer;
  private final Runnable lost;
  private String cursor = OLDEST;

  /**
   * A consumer that waits for entries.
   *
   * @param reader a connection for blocking reads and nothing else
   * @param lost run when the group was missing: Redis is new or has lost its data
   */
  public StreamConsumer(
      RedisLink reader,
      RedisLink worker,
      String stream,
      String group,
      String consumer,
      Runnable lost) {
    this.reader = reader;
    this.worker = worker;
    this.stream = stream;
    this.group = group;
    this.consumer = consumer;
    this.lost = lost;
  }

  /** A consumer that only polls ({@link #read(int)}), for which one connection is enough. */
  public StreamConsumer(RedisLink link, String stream, String group, String consumer) {
    this(link, link, stream, group, consumer, () -> {});
  }

  /** Entries that nobody has been handed yet, without waiting for any. */
  public Future<List<StreamEntry>> read(int count) {
    return fresh(reading(count));
  }

  /**
   * Entries that nobody has been handed yet.
   *
   * @param blockMillis how long to wait for the first; under {@link RedisLink#ANSWER_MILLIS}
   */
  public Future<List<StreamEntry>> read(int count, long blockMillis) {
    return fresh(reading(count).arg("BLOCK").arg(blockMillis));
  }

  private Request reading(int count) {
    return Request.cmd(Command.XREADGROUP)
        .arg("GROUP")
        .arg(group)
        .arg(consumer)
        .arg("COUNT")
        .arg(count);
  }

  private Future<List<StreamEntry>> fresh(Request read) {
    return reader
        .send(read.arg("STREAMS").arg(stream).arg(">"))
        .map(answer -> StreamAnswers.read(stream, answer))
        .recover(this::makeGroup);
  }

  /**
   * Takes over entries that their consumer has had for long, one page at a call, round and round.
   * Its own are among them, so that what failed is tried again.
   */
  public Future<List<StreamEntry>> claim(long idleMillis, int count) {
    return claim(cursor, idleMillis, count);
  }

  /** True after a {@link #claim} that has reached the newest entry: the next begins anew. */
  public boolean isRoundOver() {
    return cursor.equals(OLDEST);
  }

  /**
   * Says that these entries are still in hand, so that nobody takes them over; those that somebody
   * has taken over are left to them.
   */
  public Future<Void> keep(List<String> ids) {
    if (ids.isEmpty()) {
      return Future.succeededFuture();
    }
    List<String> arguments = new ArrayList<>();
    arguments.add(group);
    arguments.add(consumer);
    arguments.addAll(ids);
    return worker.run(KEEP, List.of(stream), arguments).mapEmpty();
  }

  /**
   * Takes over everything pending, oldest first: for the only consumer of the group, which a lease
   * makes sure of.
   */
  public Future<List<StreamEntry>> claimOldest(int count) {
    return claim(OLDEST, 0, count);
  }

  private Future<List<StreamEntry>> claim(String from, long idleMillis, int count) {
    Request request =
        Request.cmd(Command.XAUTOCLAIM)
            .arg(stream)
            .arg(group)
            .arg(consumer)
            .arg(idleMillis)
            .arg(from)
            .arg("COUNT")
            .arg(count);
    return worker.send(request).map(this::claimed).recover(this::makeGroup);
  }

  /** Redis 6.2 answers cursor and entries, 7 adds the ids that were deleted. */
  private List<StreamEntry> claimed(@Nullable Response answer) {
    if (answer == null) {
      return List.of();
    }
    cursor = answer.get(0).toString();
    return StreamAnswers.entries(answer.get(1));
  }

  private Future<List<StreamEntry>> makeGroup(Throwable failure) {
    String message = failure.getMessage();
    if (message == null || !message.startsWith("NOGROUP")) {
      return Future.failedFuture(failure);
    }
    Request create =
        Request.cmd(Command.XGROUP).arg("CREATE").arg(stream).arg(group).arg("0").arg("MKSTREAM");
    return worker
        .send(create)
        .map(made -> List.<StreamEntry>of())
        .otherwise(
            refusal -> {
              // another node was quicker; anything else shows at the next read
              return List.of();
            })
        .onSuccess(made -> lost.run());
  }

  /** Takes handled entries off the stream. */
  public Future<Void> done(List<String> ids) {
    if (ids.isEmpty()) {
      return Future.succeededFuture();
    }
    List<String> arguments = new ArrayList<>();
    arguments.add(group);
    arguments.addAll(ids);
    return worker.run(DONE, List.of(stream), arguments).mapEmpty();
  }

  /** Forgets consumers that have been silent for long and hold nothing. */
  public Future<Void> forgetSilent(long idleMillis) {
    return forget(idleMillis, "");
  }

  /** Leaves the group, unless something is pending that another must claim. */
  public Future<Void> leave() {
    return forget(Long.MAX_VALUE / 2, consumer);
  }

  private Future<Void> forget(long idleMillis, String name) {
    return worker
        .run(FORGET, List.of(stream), List.of(group, Long.toString(idleMillis), name))
        .mapEmpty();
  }

  /** How many entries are still to be done, those in hand included. */
  public Future<Long> length() {
    return worker
        .send(Request.cmd(Command.XLEN).arg(stream))
        .map(answer -> answer == null ? 0L : answer.toLong());
  }
}
