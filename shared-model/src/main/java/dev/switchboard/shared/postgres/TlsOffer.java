package dev.switchboard.shared.postgres;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a server offers TLS, for {@code sslmode=prefer}. The client finds that out by
 * itself, but leaves the refused connection open, and a Postgres with such a connection does not
 * shut down. Thread-safe.
 */
final class TlsOffer {
  /** SSLRequest of the PostgreSQL protocol: its length and its code. */
  private static final Buffer SSL_REQUEST = Buffer.buffer().appendInt(8).appendInt(80_877_103);

  private static final int ANSWER_MILLIS = 1_500;
  private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Vertx vertx;
  private @Nullable Boolean offered;
  private long askedNanos;

  TlsOffer(Vertx vertx) {
    this.vertx = vertx;
  }

  /** The same options, without TLS where the server may choose and has none. */
  Future<PgConnectOptions> settle(PgConnectOptions options) {
    if (options.getSslMode() != SslMode.PREFER) {
      return Future.succeededFuture(options);
    }
    Boolean known = known();
    Future<Boolean> asked = known == null ? ask(options) : Future.succeededFuture(known);
    return asked.map(tls -> tls ? options : plain(options));
  }

  private static PgConnectOptions plain(PgConnectOptions options) {
    // the copy forgets what a pooler needs
    return new PgConnectOptions(options)
        .setSslMode(SslMode.DISABLE)
        .setUseLayer7Proxy(options.getUseLayer7Proxy());
  }

  private synchronized @Nullable Boolean known() {
    return System.nanoTime() - askedNanos < KEPT_NANOS ? offered : null;
  }

  private synchronized void keep(boolean tls) {
    offered = tls;
    askedNanos = System.nanoTime();
  }

  private Future<Boolean> ask(PgConnectOptions options) {
    NetClient client =
        vertx.createNetClient(new NetClientOptions().setConnectTimeout(ANSWER_MILLIS));
    return client
        .connect(options.getPort(), options.getHost())
        .compose(TlsOffer::answer)
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .onSuccess(this::keep)
        .onComplete(done -> client.close());
  }

  private static Future<Boolean> answer(NetSocket socket) {
    Promise<Boolean> offers = Promise.promise();
    socket.handler(answer -> offers.tryComplete(answer.getByte(0) == 'S'));
    socket.closeHandler(end -> offers.tryFail("connection closed"));
    socket.write(SSL_REQUEST.copy());
    return offers.future();
  }
}
