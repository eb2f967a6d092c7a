package dev.switchboard.signaling.socketio;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.signaling.socketio.engine.EdgeName;
import dev.switchboard.signaling.socketio.engine.EngineGroup;
import dev.switchboard.signaling.socketio.engine.EngineMetrics;
import dev.switchboard.signaling.socketio.engine.EngineOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Two edges of one process, each on an event loop and a port of its own: so a test chooses on which
 * loop a request lands.
 */
final class TwoEdges implements AutoCloseable {
  final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private final List<EchoEdge> edges = new ArrayList<>();
  private final LinkedBlockingQueue<Connected> connected = new LinkedBlockingQueue<>();

  /** A socket, and the loop it belongs to. */
  record Connected(SocketIoSocket socket, Context context) {
    /** Does something to the socket on its loop. */
    <T> T on(Supplier<T> action) {
      Promise<T> done = Promise.promise();
      context.runOnContext(now -> done.complete(action.get()));
      return Await.await(done.future());
    }
  }

  TwoEdges(EngineOptions.Builder engine, Admission admission) {
    SocketIoOptions options = SocketIoOptions.of(engine.group(new EngineGroup()).build());
    for (int i = 0; i < 2; i++) {
      EchoEdge edge = new EchoEdge(i, options, admission, connected::add);
      edges.add(edge);
      Await.await(vertx.deployVerticle(edge));
    }
    if (edges.get(0).thread.equals(edges.get(1).thread)) {
      throw new AssertionError("both edges are on " + edges.get(0).thread);
    }
  }

  int port(int edge) {
    return edges.get(edge).server.actualPort();
  }

  /** Begins to send the clients of an edge elsewhere; returns when all have been told. */
  void drain(int edge) {
    EchoEdge draining = edges.get(edge);
    Promise<Void> done = Promise.promise();
    draining
        .context()
        .runOnContext(
            now -> draining.socketIo.close(Duration.ZERO, socket -> false).onComplete(done));
    Await.await(done.future());
  }

  /** The next socket that has connected. */
  Connected next() {
    try {
      Connected socket = connected.poll(20, TimeUnit.SECONDS);
      if (socket == null) {
        throw new AssertionError("no socket has connected");
      }
      return socket;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    Await.await(vertx.close());
  }

  private static final class EchoEdge extends VerticleBase {
    private final int index;
    private final SocketIoOptions options;
    private final Admission admission;
    private final Handler<Connected> connected;
    private HttpServer server;
    private SocketIoServer socketIo;
    private String thread;

    EchoEdge(
        int index, SocketIoOptions options, Admission admission, Handler<Connected> connected) {
      this.index = index;
      this.options = options;
      this.admission = admission;
      this.connected = connected;
    }

    @Override
    public Future<?> start() {
      thread = Thread.currentThread().getName();
      socketIo =
          new SocketIoServer(vertx, options, new EdgeName("test", index), EngineMetrics.NONE)
              .namespace("/", admission, (socket, handshake) -> echo(socket));
      return vertx
          .createHttpServer()
          .requestHandler(socketIo::handle)
          .listen(0, "127.0.0.1")
          .onSuccess(listening -> server = listening);
    }

    Context context() {
      return context;
    }

    private void echo(SocketIoSocket socket) {
      socket.onEvent(event -> socket.emit("echo", event.arguments().get(0)));
      connected.handle(new Connected(socket, context));
    }
  }
}
