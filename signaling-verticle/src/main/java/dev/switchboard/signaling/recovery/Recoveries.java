package dev.switchboard.signaling.recovery;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.signaling.SignalingKeys;
import dev.switchboard.signaling.edge.Address;
import dev.switchboard.signaling.edge.Deliveries;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.EdgeNote;
import dev.switchboard.signaling.edge.Endpoint;
import dev.switchboard.signaling.socketio.CloseReason;
import dev.switchboard.signaling.socketio.DisconnectReason;
import dev.switchboard.signaling.socketio.Handshake;
import dev.switchboard.signaling.socketio.Recovery;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import dev.switchboard.signaling.socketio.engine.SessionIds;
import dev.switchboard.signaling.socketio.engine.TimingWheel;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of one edge that can be recovered: each is kept in Redis as long as it lives and for
 * a time after. While Redis is away nothing is recovered, and nothing else suffers. Belongs to the
 * loop of its edge.
 */
public final class Recoveries implements Recovery, Endpoint {
  private static final String ENDPOINT = "recovery";
  private static final int ID_BYTES = 18;
  private static final String ID = "[A-Za-z0-9_-]{24}";

  /** What is saved twice in this time outlives its edge by it at least. */
  private static final int LIVES = 2;

  private final RedisLink redis;
  private final EdgeId edge;
  private final TimingWheel wheel;
  private final Duration window;
  private final Function<Handshake, @Nullable String> userOf;
  private final Deliveries<OldEdge> deliveries;
  private final Map<String, Alive> alive = new HashMap<>();

  private record Alive(SocketIoSocket socket, SavedSocket saved) {}

  /** An edge that may still have a socket which is elsewhere by now. */
  private record OldEdge(EdgeId edge) implements Address {
    @Override
    public String endpoint() {
      return ENDPOINT;
    }
  }

  /** A socket goes on elsewhere, so that this connection of it is to end. */
  record Taken(String socketId, String connection) implements EdgeNote {
    static final EdgeNote.Codec<Taken> CODEC =
        new EdgeNote.Codec<>(
            ENDPOINT,
            Taken.class,
            taken ->
                new JsonObject()
                    .put("socket", taken.socketId())
                    .put("connection", taken.connection()),
            json -> new Taken(json.getString("socket"), json.getString("connection")));

    @Override
    public String feature() {
      return ENDPOINT;
    }
  }

  /**
   * Makes one.
   *
   * @param window how long after its end a socket can be recovered
   * @param userOf the user of a client's token; null for a guest
   */
  public Recoveries(
      EdgeContext context,
      TimingWheel wheel,
      Duration window,
      Function<Handshake, @Nullable String> userOf) {
    this.redis = context.redis();
    this.edge = context.id();
    this.wheel = wheel;
    this.window = window;
    this.userOf = userOf;
    this.deliveries = context.deliveries(gone -> {});
    context.sockets().add(ENDPOINT, this);
  }

  /** What goes between edges, for the codec of all. */
  public static EdgeNote.Codec<?> notes() {
    return Taken.CODEC;
  }

  @Override
  public Future<@Nullable Continuity> begin(Handshake handshake, String freshId) {
    JsonObject auth = handshake.auth();
    String user = userOf.apply(handshake);
    SavedSocket fresh = new SavedSocket(this, freshId, SessionIds.random(ID_BYTES), user);
    if (auth == null
        || !(auth.getValue("pid") instanceof String privateId)
        || !privateId.matches(ID)) {
      return Future.succeededFuture(fresh);
    }
    String offset = auth.getValue("offset") instanceof String text ? text : null;
    return redis
        .send(Request.cmd(Command.GET).arg(SignalingKeys.recovery(privateId)))
        .map(found -> read(found, privateId, offset))
        .otherwiseEmpty()
        .map(known -> known == null || !known.isOf(user) ? fresh : known);
  }

  private @Nullable SavedSocket read(
      @Nullable Response found, String privateId, @Nullable String offset) {
    return found == null
        ? null
        : SavedSocket.read(this, privateId, new JsonObject(found.toString()), offset);
  }

  @Override
  public boolean accept(EdgeMessage message) {
    if (!(message.note() instanceof Taken taken)) {
      return false;
    }
    Alive here = alive.get(taken.socketId());
    return here != null && here.saved().connection().equals(taken.connection()) && end(here);
  }

  private boolean end(Alive here) {
    alive.remove(here.socket().id(), here);
    wheel.cancel(here.saved());
    here.socket().close(CloseReason.REPLACED);
    return true;
  }

  /**
   * Keeps a socket from now on; null for one that can't be recovered. Of several connections that
   * go on as one socket the last does: whoever has written before it, here or elsewhere, is closed.
   */
  public @Nullable SavedSocket keep(SocketIoSocket socket) {
    if (!(socket.continuity() instanceof SavedSocket saved)) {
      return null;
    }
    Alive former = alive.get(socket.id());
    if (former != null) {
      end(former);
    }
    alive.put(socket.id(), new Alive(socket, saved));
    save(saved).onSuccess(before -> closeElsewhere(saved, before));
    return saved;
  }

  /** A former connection may only be on its way to be found dead. */
  private void closeElsewhere(SavedSocket saved, @Nullable Response before) {
    if (before == null) {
      return;
    }
    JsonObject former = new JsonObject(before.toString());
    EdgeId there = SavedSocket.edgeOf(former);
    if (!there.equals(edge)) {
      String connection = SavedSocket.connectionOf(former);
      deliveries.send(new OldEdge(there), null, new Taken(saved.socketId(), connection));
    }
  }

  /** A socket has ended. */
  public void ended(SocketIoSocket socket, DisconnectReason reason) {
    if (!(socket.continuity() instanceof SavedSocket saved)
        || !alive.remove(socket.id(), new Alive(socket, saved))) {
      return;
    }
    wheel.cancel(saved);
    if (reason.isRecoverable()) {
      write(saved, window);
    } else {
      redis.send(Request.cmd(Command.DEL).arg(SignalingKeys.recovery(saved.privateId())));
    }
  }

  /** Saves what is known of a socket, if it lives; answers what was written before. */
  Future<@Nullable Response> save(SavedSocket saved) {
    Alive here = alive.get(saved.socketId());
    if (here == null || !here.saved().equals(saved)) {
      return Future.succeededFuture();
    }
    wheel.schedule(saved, window.toMillis());
    return write(saved, window.multipliedBy(LIVES));
  }

  private Future<@Nullable Response> write(SavedSocket saved, Duration life) {
    return redis.send(
        Request.cmd(Command.SET)
            .arg(SignalingKeys.recovery(saved.privateId()))
            .arg(saved.json(edge).encode())
            .arg("PX")
            .arg(life.toMillis())
            .arg("GET"));
  }
}
