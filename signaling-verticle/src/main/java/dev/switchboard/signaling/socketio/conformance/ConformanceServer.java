package dev.switchboard.signaling.socketio.conformance;

import dev.switchboard.signaling.socketio.SocketIoOptions;
import dev.switchboard.signaling.socketio.engine.EdgeName;
import dev.switchboard.signaling.socketio.engine.EngineOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * Serves the official protocol test suites, on several event loops, so that polls land on others
 * than their session's. Settings from the environment: {@code PORT} (3000), {@code HOST}
 * (127.0.0.1).
 */
public final class ConformanceServer {
  private static final int EDGES = Math.max(2, Runtime.getRuntime().availableProcessors());

  private ConformanceServer() {}

  /** Starts the server and prints one line when it is ready. */
  public static void main(String[] args) {
    String host = System.getenv().getOrDefault("HOST", "127.0.0.1");
    int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "3000"));
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(EDGES));
    deploy(vertx, host, port, Patience.OF_THE_SUITES)
        .onSuccess(_ -> System.out.println("listening on http://" + host + ":" + port))
        .onFailure(
            e -> {
              System.err.println("can't listen on " + host + ":" + port + ": " + e.getMessage());
              System.exit(1);
            });
  }

  /**
   * How soon a silent client is given up, in milliseconds.
   *
   * @param connectTimeoutMillis until it must have asked for a namespace
   */
  public record Patience(
      long pingIntervalMillis, long pingTimeoutMillis, long connectTimeoutMillis) {
    /** What the official suites expect. */
    public static final Patience OF_THE_SUITES = new Patience(300, 200, 1_000);
  }

  /** Deploys one edge on each event loop. */
  public static Future<Void> deploy(Vertx vertx, String host, int port, Patience patience) {
    EchoVerticle.Settings settings =
        new EchoVerticle.Settings(
            host,
            port,
            engine(patience).path("/engine.io/").build(),
            SocketIoOptions.of(engine(patience).path("/socket.io/").build())
                .withConnectTimeoutMillis(patience.connectTimeoutMillis()));
    List<Future<String>> edges = new ArrayList<>();
    for (int i = 0; i < EDGES; i++) {
      edges.add(vertx.deployVerticle(new EchoVerticle(settings, new EdgeName("conformance", i))));
    }
    return Future.all(edges).mapEmpty();
  }

  private static EngineOptions.Builder engine(Patience patience) {
    return EngineOptions.builder()
        .pingIntervalMillis(patience.pingIntervalMillis())
        .pingTimeoutMillis(patience.pingTimeoutMillis())
        .maxPayloadBytes(1_000_000);
  }
}
