package dev.switchboard.deploy.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the JVM learns in one start of the server (JEP 483), which spares the many starts of the
 * tests a third of their time. Only for speed: without it they start all the same.
 */
final class StartCache {
  /** With these a cache is made and used; another collector or header could not use it. */
  static final List<String> JVM =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders");

  private static final String LEARN =
      """
      dir=$(mktemp -d)
      trap 'rm -rf "$dir"' EXIT
      HOST=127.0.0.1 PORT=0 CLUSTER=on DATA_DIR="$dir/data" SWITCHBOARD_HOME="$dir" "$@" >"$dir/log" 2>&1 &
      server=$!
      for _ in $(seq 900); do
        if grep -qs 'is ready' "$dir/log" || ! kill -0 "$server" 2>/dev/null; then break; fi
        sleep 0.1
      done
      kill "$server" 2>/dev/null
      wait "$server"
      exit 0
      """;

  private StartCache() {}

  /** The words for a JVM that is to start this jar; several test processes make one cache. */
  static List<String> options(Path java, Path jar) {
    Path cache = jar.resolveSibling("tests.aot");
    Path lock = jar.resolveSibling("tests.aot.lock");
    try (FileChannel channel =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock();
      if (!isOf(cache, jar)) {
        learn(java, jar, cache);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Files.exists(cache)
        ? List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off")
        : List.of();
  }

  private static boolean isOf(Path cache, Path jar) throws IOException {
    return Files.exists(cache)
        && Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(jar)) > 0;
  }

  private static void learn(Path java, Path jar, Path cache) throws IOException {
    Files.deleteIfExists(cache);
    List<String> command = new ArrayList<>(List.of("sh", "-c", LEARN, "learn", java.toString()));
    command.addAll(JVM);
    command.addAll(List.of("-XX:AOTCacheOutput=" + cache, "-jar", jar.toString()));
    Shell.run(Map.of(), command);
  }
}
