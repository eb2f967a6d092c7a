package dev.switchboard.deploy.soak;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at every key of a Redis. Used from one thread, which waits for Redis. */
final class RedisSurvey implements AutoCloseable {
  /** {@code PTTL} of what stays. */
  private static final long ENDLESS = -1;

  /** Three requests for each of them may wait at a time; the client takes 2,048. */
  private static final int AT_ONCE = 500;

  private static final long SECONDS = 60;
  private static final Map<String, Command> SIZES =
      Map.of(
          "hash", Command.HLEN,
          "list", Command.LLEN,
          "set", Command.SCARD,
          "stream", Command.XLEN,
          "zset", Command.ZCARD);

  private final RedisPage page;
  private final Redis client;
  private final RedisConnection connection;

  /**
   * What {@code MEMORY USAGE} counts of a key that {@code MEMORY STATS} counts among the tables,
   * too: an entry of 24 bytes and the head of the value, in Redis 6.2 and 7.0.
   */
  private static final long COUNTED_TWICE = 40;

  /** What is there of a row of the page. */
  static final class Count {
    long keys;

    /** The entries of all keys that have no life, strings left out. */
    long entries;

    /** What all keys take. */
    long bytes;
  }

  /**
   * What is there.
   *
   * @param families by their key on the page
   * @param unnamed keys without a life that the page gives one, or does not know
   * @param unknown keys that the page does not know
   */
  record Found(Map<String, Count> families, Set<String> unnamed, Set<String> unknown) {
    long sum(Set<String> of, ToLongFunction<Count> figure) {
      return families.entrySet().stream()
          .filter(family -> of.contains(family.getKey()))
          .mapToLong(family -> figure.applyAsLong(family.getValue()))
          .sum();
    }
  }

  RedisSurvey(Vertx vertx, String url, RedisPage page) {
    this.page = page;
    this.client = Redis.createClient(vertx, url);
    this.connection = Await.await(client.connect());
  }

  /** Goes through all keys; those that go meanwhile are left out. */
  Found look() {
    Set<String> keys = new HashSet<>();
    String cursor = "0";
    do {
      Response answer =
          wait(connection.send(Request.cmd(Command.SCAN).arg(cursor).arg("COUNT").arg(AT_ONCE)));
      answer.get(1).forEach(key -> keys.add(key.toString()));
      cursor = answer.get(0).toString();
    } while (!cursor.equals("0"));
    Found found = new Found(new TreeMap<>(), new TreeSet<>(), new TreeSet<>());
    List<String> all = List.copyOf(keys);
    for (int i = 0; i < all.size(); i += AT_ONCE) {
      count(all.subList(i, Math.min(i + AT_ONCE, all.size())), found);
    }
    return found;
  }

  private void count(List<String> keys, Found found) {
    List<Request> asked = new ArrayList<>();
    for (String key : keys) {
      asked.add(Request.cmd(Command.PTTL).arg(key));
      asked.add(Request.cmd(Command.TYPE).arg(key));
      asked.add(Request.cmd(Command.MEMORY).arg("USAGE").arg(key));
    }
    List<Response> answers = wait(connection.batch(asked));
    List<Count> sized = new ArrayList<>();
    List<Request> sizes = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      String type = answers.get(3 * i + 1).toString();
      Response bytes = answers.get(3 * i + 2);
      if (type.equals("none") || bytes == null) {
        continue;
      }
      boolean endless = answers.get(3 * i).toLong() == ENDLESS;
      Count count = take(keys.get(i), endless, found);
      count.keys++;
      count.bytes += bytes.toLong();
      if (endless && SIZES.containsKey(type)) {
        sized.add(count);
        sizes.add(Request.cmd(SIZES.get(type)).arg(keys.get(i)));
      }
    }
    List<Response> lengths = sizes.isEmpty() ? List.of() : wait(connection.batch(sizes));
    for (int i = 0; i < lengths.size(); i++) {
      sized.get(i).entries += lengths.get(i).toLong();
    }
  }

  private Count take(String key, boolean endless, Found found) {
    RedisPage.Family family = page.of(key).orElse(null);
    if (family == null) {
      found.unknown().add(key);
    }
    if (endless && (family == null || !family.endless())) {
      found.unnamed().add(key);
    }
    String name = family == null ? "(not on the page)" : family.key();
    return found.families().computeIfAbsent(name, absent -> new Count());
  }

  /**
   * What Redis takes beside the keys of some rows and the tables by which it finds keys. What the
   * allocator adds to the entries of the tables is in it: 16 bytes a key if that is jemalloc.
   */
  long bytesBeside(Set<String> rows, Found found) {
    long ofRows = found.sum(rows, count -> count.bytes - COUNTED_TWICE * count.keys);
    return info("memory", "used_memory") - tables() - ofRows;
  }

  /** What finds the keys, and those that have a life. */
  private long tables() {
    Response stats = wait(connection.send(Request.cmd(Command.MEMORY).arg("STATS"))).get("db.0");
    return stats == null
        ? 0
        : stats.get("overhead.hashtable.main").toLong()
            + stats.get("overhead.hashtable.expires").toLong();
  }

  /** A number of {@code INFO}. */
  long info(String section, String name) {
    String text = wait(connection.send(Request.cmd(Command.INFO).arg(section))).toString();
    Matcher line = Pattern.compile("(?m)^" + name + ":(\\d+)").matcher(text);
    if (!line.find()) {
      throw new IllegalStateException("INFO " + section + " has no " + name);
    }
    return Long.parseLong(line.group(1));
  }

  private static <T> T wait(Future<T> answer) {
    return Await.await(answer, SECONDS);
  }

  @Override
  public void close() {
    Await.await(connection.close());
    client.close();
  }
}
