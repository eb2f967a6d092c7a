package dev.switchboard.deploy.testing;

import dev.switchboard.shared.testing.ListeningProcess;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A real nginx with the configuration that operators are given. */
public final class Nginx implements AutoCloseable {
  private static final Path GIVEN = Path.of("nginx", "switchboard.conf");
  private static final String KEEPS_TO_ONE_NODE = "hash $remote_addr consistent;";

  private final int port = RealRedis.freePort();
  private final Path folder = TemporaryFolder.create("nginx-");
  private final ListeningProcess process;

  /** Starts one before these nodes; returns when it listens. A client keeps to one of them. */
  public static Nginx of(List<URI> nodes) {
    return new Nginx(site(nodes));
  }

  /** As {@link #of}, but each request goes to the next node in turn, whoever sent it. */
  public static Nginx inTurn(List<URI> nodes) {
    return new Nginx(replaced(site(nodes), KEEPS_TO_ONE_NODE, ""));
  }

  private Nginx(String site) {
    try {
      Path conf = Files.writeString(folder.resolve("nginx.conf"), configuration(site));
      List<String> command = List.of("nginx", "-p", folder.toString(), "-c", conf.toString());
      process = new ListeningProcess("nginx", port, folder, command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String site(List<URI> nodes) {
    String servers =
        nodes.stream()
            .map(node -> "server 127.0.0.1:" + node.getPort() + " max_fails=0;")
            .collect(Collectors.joining("\n"));
    try {
      return replaced(Files.readString(GIVEN), "server 127.0.0.1:3000 max_fails=0;", servers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String replaced(String text, String what, String by) {
    if (!text.contains(what)) {
      throw new IllegalStateException(GIVEN + " has no '" + what + "' any more");
    }
    return text.replace(what, by);
  }

  private String configuration(String site) {
    return """
    daemon off;
    master_process off;
    pid nginx.pid;
    error_log stderr;
    events {}
    http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    %s
    }
    """
        .formatted(replaced(site, "listen 80;", "listen 127.0.0.1:" + port + ";"));
  }

  /** Where clients reach it. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  @Override
  public void close() {
    process.close();
    TemporaryFolder.delete(folder);
  }
}
