package dev.switchboard.shared.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * PgBouncer in transaction mode before a Postgres, with two connections to it, so that neighbouring
 * transactions meet different ones.
 */
public final class PgBouncer implements AutoCloseable {
  private final Path folder = TemporaryFolder.create("switchboard-pgbouncer-");
  private final int port = RealRedis.freePort();
  private final ListeningProcess process;

  /** Starts one before the Postgres at a port; returns when it listens. Anybody is let in. */
  public PgBouncer(int postgresPort) {
    try {
      Path users = Files.writeString(folder.resolve("users"), "\"postgres\" \"\"\n");
      Path settings =
          Files.writeString(
              folder.resolve("pgbouncer.ini"),
              """
              [databases]
              * = host=127.0.0.1 port=%d
              [pgbouncer]
              listen_addr = 127.0.0.1
              listen_port = %d
              unix_socket_dir =
              auth_type = trust
              auth_file = %s
              pool_mode = transaction
              default_pool_size = 2
              max_client_conn = 200
              """
                  .formatted(postgresPort, port, users));
      List<String> command = new ArrayList<>();
      if (System.getProperty("user.name", "").equals("root")) {
        // It does not run as root: in a namespace of users root is nobody.
        command.addAll(List.of("unshare", "-U"));
      }
      command.addAll(List.of("pgbouncer", settings.toString()));
      process = new ListeningProcess("pgbouncer", port, folder, command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The URL of a database behind it. */
  public String url(String database) {
    return "postgresql://postgres@127.0.0.1:" + port + "/" + database;
  }

  @Override
  public void close() {
    process.close();
    TemporaryFolder.delete(folder);
  }
}
