package dev.switchboard.signaling.socketio;

import io.vertx.core.Future;

/** Decides who may connect to a namespace, before the CONNECT packet is answered. */
@FunctionalInterface
public interface Admission {
  Admission ALL = _ -> Future.succeededFuture();

  /**
   * Called on the event loop of the edge. A future that fails with {@link ConnectRefusedException}
   * refuses the client with its words; any other failure is logged and refuses it as an internal
   * error.
   */
  Future<Void> admit(Handshake handshake);
}
