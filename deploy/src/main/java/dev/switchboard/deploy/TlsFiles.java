package dev.switchboard.deploy;

import dev.switchboard.shared.schedule.PeriodicTask;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves a new certificate when its files change; connections that are open stay. */
final class TlsFiles {
  private static final Logger log = LoggerFactory.getLogger(TlsFiles.class);

  /** Looked at and not watched: mounted secrets change by symbolic links, which watchers miss. */
  private static final long LOOK_MILLIS = 1_000;

  private final Vertx vertx;
  private final ProcessSettings.Tls tls;
  private final List<EdgeVerticle> edges;
  private String seen;

  TlsFiles(Vertx vertx, ProcessSettings.Tls tls, List<EdgeVerticle> edges) {
    this.vertx = vertx;
    this.tls = tls;
    this.edges = edges;
    this.seen = state(tls);
  }

  void watch() {
    PeriodicTask.startAfterPause(vertx, "Looking at the certificate", LOOK_MILLIS, this::look);
  }

  private Future<?> look() {
    return vertx
        .executeBlocking(() -> state(tls))
        .compose(
            now -> {
              if (now.equals(seen)) {
                return Future.succeededFuture();
              }
              seen = now;
              return reload();
            });
  }

  private static String state(ProcessSettings.Tls tls) {
    return state(tls.certificate()) + " " + state(tls.key());
  }

  private static String state(Path file) {
    try {
      Path real = file.toRealPath();
      return real + "@" + Files.getLastModifiedTime(real) + "/" + Files.size(real);
    } catch (IOException e) {
      return "absent";
    }
  }

  private Future<?> reload() {
    return vertx
        .executeBlocking(() -> TlsPair.read(tls))
        .compose(this::serve)
        .onSuccess(done -> log.info("serving the new certificate"))
        // The two files seldom change in one moment: the next look finds them both.
        .onFailure(
            failure ->
                log.warn(
                    "serving the old certificate, the new one can't be used: {}",
                    failure.getMessage()))
        .otherwiseEmpty();
  }

  private Future<?> serve(TlsPair pair) {
    ServerSSLOptions options = new ServerSSLOptions();
    options.setUseAlpn(true).setKeyCertOptions(pair.options());
    List<Future<Boolean>> all =
        edges.stream()
            .map(EdgeVerticle::server)
            .filter(Objects::nonNull)
            .map((HttpServer server) -> server.updateSSLOptions(options, true))
            .toList();
    return Future.all(all);
  }
}
