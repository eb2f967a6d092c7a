package dev.switchboard.deploy.fuzz;

import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The names that are in the tests' Redis. */
final class RedisKeys implements AutoCloseable {
  private static final String WITHOUT_LIFE =
      """
      local names = {}
      for _, name in ipairs(redis.call('KEYS', '*')) do
        if redis.call('TTL', name) == -1 then names[#names + 1] = name end
      end
      return names
      """;

  /** What stays until somebody deletes it, as the page of all keys says. */
  private static final List<String> STAYING = staying();

  private final Vertx vertx = Vertx.vertx();
  private final Redis redis = Redis.createClient(vertx, RealRedis.url());

  private static List<String> staying() {
    Set<String> staying = new HashSet<>();
    try (Stream<String> lines = Files.lines(Path.of("../docs/redis.md"))) {
      for (String row : lines.filter(line -> line.startsWith("| `")).toList()) {
        String[] cells = row.replace("`", "").split("\\|");
        String life = cells[3].strip();
        boolean asAnother = life.startsWith("as ") && staying.contains(life.substring(3));
        if (life.startsWith("none") || asAnother) {
          staying.add(cells[1].strip().split("<")[0]);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(staying);
  }

  /** True for a name that the page of all keys gives no life. */
  static boolean mayStay(String name) {
    return STAYING.stream().anyMatch(name::startsWith);
  }

  /** Those that never go away by themselves. */
  List<String> withoutLife() {
    return names(Request.cmd(Command.EVAL).arg(WITHOUT_LIFE).arg(0));
  }

  /** Those that begin with one of some prefixes. */
  List<String> withPrefix(List<String> prefixes) {
    return names(Request.cmd(Command.KEYS).arg("*")).stream()
        .filter(name -> prefixes.stream().anyMatch(name::startsWith))
        .toList();
  }

  private List<String> names(Request request) {
    List<String> names = new ArrayList<>();
    Response all = redis.send(request).toCompletionStage().toCompletableFuture().join();
    all.forEach(name -> names.add(name.toString()));
    return names;
  }

  @Override
  public void close() {
    redis.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
