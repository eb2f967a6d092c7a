package dev.switchboard.shared.testing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before a server on loopback. Connections can be frozen: they stay open and nothing gets
 * through any more, or not until they thaw, as when a router on the way has lost them. New ones can
 * be held up.
 */
public final class FreezingProxy implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final NetClient client = vertx.createNetClient();
  private final List<NetSocket> open = new CopyOnWriteArrayList<>();
  private final List<NetSocket> frozen = new CopyOnWriteArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final int port;
  private volatile Future<Void> mayPass = Future.succeededFuture();

  /** Starts before a server on {@code localhost}. */
  public FreezingProxy(int behind) {
    NetServer server =
        vertx
            .createNetServer()
            .connectHandler(
                near -> {
                  near.pause();
                  asked.incrementAndGet();
                  mayPass
                      .compose(go -> client.connect(behind, "localhost"))
                      .onFailure(refused -> near.close())
                      .onSuccess(far -> join(near, far));
                });
    port = Await.await(server.listen(0, "localhost")).actualPort();
  }

  private void join(NetSocket near, NetSocket far) {
    open.add(near);
    open.add(far);
    near.handler(far::write).closeHandler(gone -> far.close()).resume();
    far.handler(near::write).closeHandler(gone -> near.close());
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** Freezes the connections there are now; new ones work. */
  public void freeze() {
    open.forEach(NetSocket::pause);
    frozen.addAll(open);
    open.clear();
  }

  /** What was sent over frozen connections arrives. */
  public void thaw() {
    frozen.forEach(NetSocket::resume);
    open.addAll(frozen);
    frozen.clear();
  }

  /** Lets new connections wait for this. */
  public void holdUntil(Future<Void> then) {
    mayPass = then;
  }

  /** How many connections were asked for so far. */
  public int asked() {
    return asked.get();
  }

  @Override
  public void close() {
    Await.await(vertx.close());
  }
}
