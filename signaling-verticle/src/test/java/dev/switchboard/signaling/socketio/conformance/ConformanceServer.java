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
 * Serves the official protocol test suites. Settings from the environment: {@code PORT} (3000),
 * {@code HOST} (127.0.0.1), {@code EDGES} (1: the suites send two polls 5 ms apart over two
 * connections and expect them to be seen in that order, which two event loops of a busy machine do
 * not promise).
 */
public final class ConformanceServer {
  private ConformanceServer() {}

  /** Starts the server and prints one line when it is ready. */
  public static void main(String[] args) {
    String host = System.getenv().getOrDefault("HOST", "127.0.0.1");
    int port = number("PORT", 3000);
    int edges = number("EDGES", 1);
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(edges));
    deploy(vertx, host, port, edges, Patience.OF_THE_SUITES)
        .onSuccess(_ -> System.out.println("listening on http://" + host + ":" + port))
        .onFailure(
            e -> {
              System.err.println("can't listen on " + host + ":" + port + ": " + e.getMessage());
              System.exit(1);
            });
  }

  private static int number(String name, int absent) {
    String value = System.getenv(name);
    return value == null ? absent : Integer.parseInt(value);
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

  /** Deploys so many edges, each on an event loop of its own. */
  public static Future<Void> deploy(
      Vertx vertx, String host, int port, int count, Patience patience) {
    EchoVerticle.Settings settings =
        new EchoVerticle.Settings(
            host,
            port,
            engine(patience).path("/engine.io/").build(),
            SocketIoOptions.of(engine(patience).path("/socket.io/").build())
                .withConnectTimeoutMillis(patience.connectTimeoutMillis()));
    List<Future<String>> edges = new ArrayList<>();
    for (int i = 0; i < count; i++) {
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
