package dev.switchboard.signaling.socketio.conformance;

import dev.switchboard.signaling.socketio.Admission;
import dev.switchboard.signaling.socketio.Arguments;
import dev.switchboard.signaling.socketio.Event;
import dev.switchboard.signaling.socketio.Handshake;
import dev.switchboard.signaling.socketio.SocketIoOptions;
import dev.switchboard.signaling.socketio.SocketIoServer;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import dev.switchboard.signaling.socketio.engine.CloseCause;
import dev.switchboard.signaling.socketio.engine.EdgeName;
import dev.switchboard.signaling.socketio.engine.EngineListener;
import dev.switchboard.signaling.socketio.engine.EngineMetrics;
import dev.switchboard.signaling.socketio.engine.EngineOptions;
import dev.switchboard.signaling.socketio.engine.EngineServer;
import dev.switchboard.signaling.socketio.engine.EngineSocket;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * One edge of the echo server: raw Engine.IO at {@code /engine.io}, Socket.IO at {@code
 * /socket.io}.
 */
final class EchoVerticle extends VerticleBase {
  private static final long ACK_TIMEOUT_MILLIS = 5000;

  /** What all edges of the process share. */
  record Settings(String host, int port, EngineOptions engine, SocketIoOptions socketIo) {}

  private final Settings settings;
  private final EdgeName edge;

  EchoVerticle(Settings settings, EdgeName edge) {
    this.settings = settings;
    this.edge = edge;
  }

  @Override
  public Future<?> start() {
    EngineServer engine =
        new EngineServer(vertx, settings.engine(), edge, EngineMetrics.NONE, EchoVerticle::echo);
    SocketIoServer socketIo =
        new SocketIoServer(vertx, settings.socketIo(), edge, EngineMetrics.NONE)
            .namespace("/", Admission.ALL, EchoVerticle::greetAndEcho)
            .namespace("/custom", Admission.ALL, EchoVerticle::greet);
    return vertx
        .createHttpServer()
        .requestHandler(request -> route(request, engine, socketIo))
        .listen(settings.port(), settings.host());
  }

  private static void route(
      HttpServerRequest request, EngineServer engine, SocketIoServer socketIo) {
    String path = request.path();
    if (path.equals("/engine.io") || path.equals("/engine.io/")) {
      engine.handle(request);
    } else if (path.equals("/socket.io") || path.startsWith("/socket.io/")) {
      socketIo.handle(request);
    } else {
      request.response().setStatusCode(404).end();
    }
  }

  private static EngineListener echo(EngineSocket socket) {
    return new EngineListener() {
      @Override
      public void text(String message) {
        socket.sendPacket("4" + message);
      }

      @Override
      public void binary(Buffer message) {
        socket.sendBinary(message);
      }

      @Override
      public void closed(CloseCause cause) {}
    };
  }

  private static void greet(SocketIoSocket socket, Handshake handshake) {
    JsonObject auth = handshake.auth();
    socket.emit("auth", auth == null ? new JsonObject() : auth);
  }

  private static void greetAndEcho(SocketIoSocket socket, Handshake handshake) {
    greet(socket, handshake);
    socket.onEvent(event -> received(socket, event));
  }

  private static void received(SocketIoSocket socket, Event event) {
    Arguments arguments = event.arguments();
    switch (event.name()) {
      case "message" -> socket.emit("message-back", all(arguments));
      case "message-with-ack" -> event.ack(all(arguments));
      case "ask-me" ->
          socket
              .emitWithAck(ACK_TIMEOUT_MILLIS, "question", first(arguments))
              .onSuccess(answer -> event.ack(all(answer)));
      default -> {}
    }
  }

  private static @Nullable Object[] first(Arguments arguments) {
    return arguments.size() == 0 ? new Object[0] : new @Nullable Object[] {arguments.get(0)};
  }

  private static @Nullable Object[] all(Arguments arguments) {
    @Nullable Object[] values = new @Nullable Object[arguments.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = arguments.get(i);
    }
    return values;
  }
}
