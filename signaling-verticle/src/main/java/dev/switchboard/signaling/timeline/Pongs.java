package dev.switchboard.signaling.timeline;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether sockets answer, asked of the edge that owns them. Each is probed with a ping out of turn:
 * what a ring would find out is found out. Belongs to the loop of its edge.
 */
public final class Pongs {
  /** How long a socket may take to answer. */
  private static final long PROBE_MILLIS = 400;

  private static final long ANSWER_MILLIS = 500;

  private final EdgeContext context;
  private final DeliveryOptions options = new DeliveryOptions().setSendTimeout(ANSWER_MILLIS);

  public Pongs(EdgeContext context) {
    this.context = context;
  }

  /** Answers other edges; {@code sockets} finds one of this edge. */
  public Future<Void> open(Function<String, @Nullable SocketIoSocket> sockets) {
    return context
        .vertx()
        .eventBus()
        .<JsonArray>consumer(BusAddresses.pongs(context.id()))
        .handler(asked -> answer(asked, sockets))
        .completion();
  }

  private void answer(
      Message<JsonArray> asked, Function<String, @Nullable SocketIoSocket> sockets) {
    JsonObject answer = new JsonObject();
    List<Future<Boolean>> probes = new ArrayList<>();
    for (Object id : asked.body()) {
      SocketIoSocket socket = sockets.apply(String.valueOf(id));
      if (socket != null) {
        probes.add(
            socket
                .probe(PROBE_MILLIS)
                .onSuccess(alive -> answer.put(socket.id(), show(socket, alive))));
      }
    }
    Future.join(probes).onComplete(done -> asked.reply(answer));
  }

  private JsonObject show(SocketIoSocket socket, boolean alive) {
    long since = socket.sincePong();
    Long at = since < 0 ? null : Long.valueOf(context.clock().millis() - since);
    return new JsonObject().put("alive", alive).put("lastPong", at);
  }

  /** What an edge says of some of its sockets, by id; empty if it does not answer in 0.5 s. */
  Future<JsonObject> ask(EdgeId edge, List<String> sockets) {
    return context
        .vertx()
        .eventBus()
        .<JsonObject>request(BusAddresses.pongs(edge), new JsonArray(sockets), options)
        .map(Message::body)
        .otherwise(new JsonObject());
  }
}
