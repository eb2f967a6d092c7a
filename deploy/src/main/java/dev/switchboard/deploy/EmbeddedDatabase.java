package dev.switchboard.deploy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A real Postgres for development, its data kept in a folder. */
final class EmbeddedDatabase implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);

  private final EmbeddedPostgres server;

  private EmbeddedDatabase(EmbeddedPostgres server) {
    this.server = server;
  }

  static EmbeddedDatabase start(Path folder) {
    try {
      Files.createDirectories(folder);
      Path data = folder.resolve("data");
      Leftover.stop(data.resolve("postmaster.pid"), data, "postgres");
      return new EmbeddedDatabase(
          EmbeddedPostgres.builder()
              .setDataDirectory(data)
              .setCleanDataDirectory(false)
              .setRegisterShutdownHook(false)
              .setOverrideWorkingDirectory(programs().toFile())
              .setPort(EmbeddedRedis.freePort())
              // The library switches both off, which is for data that may be lost.
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("listen_addresses", "127.0.0.1")
              .setPGStartupWait(START)
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Unpacked once for each user of the machine: it takes seconds. */
  private static Path programs() throws IOException {
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "switchboard-postgres-" + System.getProperty("user.name"));
    return Files.createDirectories(folder);
  }

  String url() {
    return "postgresql://postgres:postgres@127.0.0.1:" + server.getPort() + "/postgres";
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
