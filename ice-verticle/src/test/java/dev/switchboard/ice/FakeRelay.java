package dev.switchboard.ice;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.switchboard.ice.relay.Relay.Transport;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SelfSignedCertificate;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers STUN binding requests on loopback, in two pieces over a stream; can be silenced. */
final class FakeRelay {
  final String url;
  final AtomicInteger asked = new AtomicInteger();
  volatile boolean silent;
  volatile boolean forging;

  FakeRelay(Vertx vertx, Transport transport) throws Exception {
    url =
        switch (transport) {
          case UDP -> "turn:127.0.0.1:" + datagrams(vertx);
          case TCP -> "turn:127.0.0.1:" + streams(vertx, new NetServerOptions()) + "?transport=tcp";
          case TLS ->
              "turns:127.0.0.1:"
                  + streams(
                      vertx,
                      new NetServerOptions()
                          .setSsl(true)
                          .setSslEngineOptions(new JdkSSLEngineOptions())
                          .setKeyCertOptions(SelfSignedCertificate.create().keyCertOptions()));
        };
  }

  private int datagrams(Vertx vertx) throws Exception {
    DatagramSocket socket = vertx.createDatagramSocket();
    socket.handler(
        packet -> {
          asked.incrementAndGet();
          if (!silent) {
            socket.send(
                answer(packet.data()), packet.sender().port(), packet.sender().hostAddress());
          }
        });
    return socket.listen(0, "127.0.0.1").await(5, SECONDS).localAddress().port();
  }

  private int streams(Vertx vertx, NetServerOptions options) throws Exception {
    NetServer server =
        vertx
            .createNetServer(options)
            .connectHandler(
                socket ->
                    socket.handler(
                        request -> {
                          asked.incrementAndGet();
                          if (!silent) {
                            Buffer answer = answer(request);
                            socket.write(answer.slice(0, 7));
                            socket.write(answer.slice(7, answer.length()));
                          }
                        }));
    return server.listen(0, "127.0.0.1").await(5, SECONDS).actualPort();
  }

  /** A success response with one attribute (SOFTWARE). */
  private Buffer answer(Buffer request) {
    Buffer answer =
        Buffer.buffer()
            .appendShort((short) 0x0101)
            .appendShort((short) 8)
            .appendBuffer(request.slice(4, 20))
            .appendInt(0x80220004)
            .appendString("fake");
    return forging ? answer.setByte(19, (byte) (answer.getByte(19) ^ 1)) : answer;
  }
}
