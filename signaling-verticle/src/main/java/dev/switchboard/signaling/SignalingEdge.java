package dev.switchboard.signaling;

import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.users.Erasure;
import dev.switchboard.signaling.calls.CallMetrics;
import dev.switchboard.signaling.calls.EdgeCalls;
import dev.switchboard.signaling.chat.ChatSettings;
import dev.switchboard.signaling.chat.EdgeChat;
import dev.switchboard.signaling.control.EdgeControl;
import dev.switchboard.signaling.edge.EdgeBatchCodec;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.edge.EventRate;
import dev.switchboard.signaling.edge.Identity;
import dev.switchboard.signaling.edge.RelayMetrics;
import dev.switchboard.signaling.edge.SocketPart;
import dev.switchboard.signaling.recovery.Recoveries;
import dev.switchboard.signaling.recovery.SavedSocket;
import dev.switchboard.signaling.socketio.SocketIoServer;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import dev.switchboard.signaling.timeline.Pongs;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One edge: its sockets and what the parts of the server make of them. Created and used on the
 * edge's loop, but for {@link #registered}.
 */
final class SignalingEdge {
  /** The largest message of a socket that is in no chat session; larger ones are not even read. */
  static final int MAX_MESSAGE_BYTES = 1_000_000;

  private final SocketIoServer server;
  private final EdgeContext context;
  private final EdgeCalls calls;
  private final EdgeChat chat;
  private final EdgeControl control;
  private @Nullable Recoveries recoveries;
  private volatile int registered;

  /** What is one for the process. */
  record Shared(
      SignalingSettings settings,
      ChatSettings chatSettings,
      EdgeBatchCodec codec,
      EdgeRouter router,
      CallMetrics calls,
      RelayMetrics relays,
      EdgeChat.OfProcess chat) {}

  /** Puts the parts together on the current loop. */
  SignalingEdge(Edge edge, Node node, Shared shared, SocketIoServer server) {
    SignalingSettings settings = shared.settings();
    this.server = server;
    this.context = EdgeContext.open(edge, node, shared.router(), shared.codec(), shared.relays());
    this.calls = new EdgeCalls(context, settings, shared.calls());
    this.chat =
        new EdgeChat(
            context,
            new EdgeChat.UsualLimits(MAX_MESSAGE_BYTES, settings.slowConsumerBytes()),
            shared.chatSettings(),
            shared.chat());
    this.control = new EdgeControl(context, settings, calls);
    context.heartbeat().add(() -> registered = calls.registered());
    context.lease().onSwept(server::sendAway);
    SignIn signIn = new SignIn(node.tokens(), settings.guests());
    if (settings.recovery().isPositive()) {
      Recoveries kept =
          new Recoveries(context, server.engine().wheel(), settings.recovery(), signIn::userOf);
      server.recovery(kept);
      this.recoveries = kept;
    }
    server.namespace(
        "/",
        signIn::admit,
        (socket, handshake) -> connected(socket, signIn.identify(handshake), node, settings));
  }

  private void connected(
      SocketIoSocket socket, Identity identity, Node node, SignalingSettings settings) {
    EventRate rate =
        new EventRate(settings.eventsPerSecond(), settings.eventsBurst(), System.nanoTime());
    Recoveries kept = recoveries;
    SavedSocket saved = kept == null ? null : kept.keep(socket);
    List<SocketPart> parts =
        List.of(calls.connected(socket, identity, saved), chat.connected(socket, identity, saved));
    new SocketEvents(
            socket, rate, node.meters(), parts, kept == null ? (one, reason) -> {} : kept::ended)
        .attach();
  }

  /** Makes the edge reachable and starts what it does by the clock. */
  Future<Void> start() {
    return context
        .router()
        .open(context.sockets())
        .compose(open -> new Pongs(context).open(calls::socket))
        .compose(
            open -> {
              calls.start();
              control.start();
              return context.heartbeat().start();
            });
  }

  /** Registered sockets, at most a second ago. Any thread. */
  int registered() {
    return registered;
  }

  /**
   * Closes every socket, those in calls last, spread over a time, and waits until Redis knows that
   * they are gone.
   */
  Future<Void> drain(Duration spread) {
    Set<String> inCalls = calls.inCalls();
    return server
        .close(spread, socket -> inCalls.contains(socket.id()))
        .compose(closed -> Future.join(calls.settled(), chat.settled()))
        .<Void>mapEmpty()
        .onComplete(
            done -> {
              calls.stop();
              control.stop();
              context.heartbeat().stop();
            });
  }

  /** What signaling keeps of a user. */
  Future<JsonObject> export(String userId) {
    return control
        .export(userId)
        .compose(
            kept ->
                chat.export(userId)
                    .map(
                        chats -> chats.isEmpty() ? kept : kept.put("chats", new JsonArray(chats))));
  }

  /** Deletes it, once the user's sockets have been sent away. */
  Future<Void> erase(Erasure erasure) {
    return control.erase(erasure).compose(erased -> chat.erase(erasure.userId()));
  }

  /** The edge, for what else stands on it. */
  EdgeContext context() {
    return context;
  }
}
