package dev.switchboard.push.testing;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands before a server on loopback. Connections can be frozen: they stay open and nothing gets
 * through any more, as when a router on the way has lost them.
 */
public final class FreezingProxy implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final NetClient client = vertx.createNetClient();
  private final List<NetSocket> open = new CopyOnWriteArrayList<>();
  private final int port;

  /** Starts before a server on {@code localhost}. */
  public FreezingProxy(int behind) {
    NetServer server =
        vertx
            .createNetServer()
            .connectHandler(
                near -> {
                  near.pause();
                  client
                      .connect(behind, "localhost")
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
    open.clear();
  }

  @Override
  public void close() {
    Await.await(vertx.close());
  }
}
