package dev.switchboard.signaling.testing;

import dev.switchboard.signaling.socketio.EncodedPacket;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A socket whose client reads as slowly as the test says; keeps what is sent to it. Any thread. */
public final class SlowSocket {
  private final List<String> sent = new CopyOnWriteArrayList<>();
  private volatile boolean slow;

  /** Whether the client reads slowly from now on. */
  public void slow(boolean now) {
    slow = now;
  }

  /** The packets so far, in order. */
  public List<String> sent() {
    return List.copyOf(sent);
  }

  /** The socket; it does nothing else than to be sent to. */
  public SocketIoSocket socket() {
    return (SocketIoSocket)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {SocketIoSocket.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "isSlow" -> slow;
                  case "isConnected" -> true;
                  case "send" -> sent.add(((EncodedPacket) arguments[0]).text()) ? null : null;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
