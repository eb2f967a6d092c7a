package dev.switchboard.ice.relay;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.net.ConnectException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Sends one STUN binding request to a relay and waits for its answer. It asks whether the relay
 * lives and sends nothing secret, so over TLS any certificate will do: one from a private authority
 * must not take a healthy relay off the list.
 */
final class StunProber {
  private static final long FIRST_RETRANSMISSION_MILLIS = 500;

  private final Vertx vertx;
  private final RandomGenerator random = new SecureRandom();
  private final NetClient tcp;
  private final NetClient tls;

  StunProber(Vertx vertx, Duration timeout) {
    this.vertx = vertx;
    int millis = Math.toIntExact(timeout.toMillis());
    NetClientOptions plain = new NetClientOptions().setConnectTimeout(millis);
    this.tcp = vertx.createNetClient(plain);
    this.tls =
        vertx.createNetClient(
            new NetClientOptions(plain)
                .setSsl(true)
                .setSslEngineOptions(new JdkSSLEngineOptions())
                .setTrustAll(true)
                .setHostnameVerificationAlgorithm(""));
  }

  /**
   * Asks once. {@code outcome} succeeds with the answer and fails when none can come any more; who
   * completes it otherwise (a time-out, a stop) ends the attempt. Runs on the caller's context.
   */
  void ask(Relay relay, Promise<Void> outcome) {
    StunBinding binding = StunBinding.next(random);
    switch (relay.transport()) {
      case UDP -> askByDatagram(relay, binding, relay.isIpv6Literal(), outcome);
      case TCP -> askByStream(tcp, relay, binding, outcome);
      case TLS -> askByStream(tls, relay, binding, outcome);
    }
  }

  private void askByDatagram(
      Relay relay, StunBinding binding, boolean ipv6, Promise<Void> outcome) {
    DatagramSocket socket = vertx.createDatagramSocket(new DatagramSocketOptions().setIpV6(ipv6));
    socket.handler(
        packet -> {
          if (binding.read(packet.data().getBytes()) == StunBinding.Reading.ANSWER) {
            outcome.tryComplete();
          }
        });
    // An ICMP refusal is no proof (RFC 8489 section 6.2.1): only the time-out makes a miss.
    socket.exceptionHandler(_ -> {});
    outcome.future().onComplete(_ -> socket.close());
    socket
        .listen(0, ipv6 ? "::" : "0.0.0.0")
        .compose(_ -> sendUntilDone(socket, relay, binding, outcome, FIRST_RETRANSMISSION_MILLIS))
        .onFailure(
            e -> {
              if (ipv6 || outcome.future().isComplete()) {
                outcome.tryFail(e);
              } else {
                // a name that has IPv6 addresses only
                askByDatagram(relay, binding, true, outcome);
              }
            });
  }

  private Future<Void> sendUntilDone(
      DatagramSocket socket, Relay relay, StunBinding binding, Promise<Void> outcome, long delay) {
    return socket
        .send(Buffer.buffer(binding.request()), relay.port(), relay.host())
        .onSuccess(_ -> retransmitLater(socket, relay, binding, outcome, delay));
  }

  private void retransmitLater(
      DatagramSocket socket, Relay relay, StunBinding binding, Promise<Void> outcome, long delay) {
    if (outcome.future().isComplete()) {
      return;
    }
    long timer =
        vertx.setTimer(
            delay,
            _ ->
                sendUntilDone(socket, relay, binding, outcome, 2 * delay)
                    .onFailure(outcome::tryFail));
    outcome.future().onComplete(_ -> vertx.cancelTimer(timer));
  }

  private static void askByStream(
      NetClient client, Relay relay, StunBinding binding, Promise<Void> outcome) {
    client
        .connect(relay.port(), relay.host())
        .onFailure(outcome::tryFail)
        .onSuccess(socket -> converse(socket, binding, outcome));
  }

  private static void converse(NetSocket socket, StunBinding binding, Promise<Void> outcome) {
    outcome.future().onComplete(_ -> socket.close());
    Buffer received = Buffer.buffer();
    socket.handler(
        bytes -> {
          received.appendBuffer(bytes);
          switch (binding.read(received.getBytes())) {
            case ANSWER -> outcome.tryComplete();
            case FOREIGN -> outcome.tryFail("not an answer to our binding request");
            case INCOMPLETE -> {}
          }
        });
    socket.exceptionHandler(outcome::tryFail);
    socket.closeHandler(_ -> outcome.tryFail(new ConnectException("closed without an answer")));
    socket.write(Buffer.buffer(binding.request())).onFailure(outcome::tryFail);
  }

  Future<Void> close() {
    return Future.join(tcp.close(), tls.close()).mapEmpty();
  }
}
