package dev.switchboard.shared.redis;

import dev.switchboard.shared.config.StoreUrl;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.redis.client.RedisOptions;
import java.util.concurrent.TimeUnit;

/**
 * Tells a Redis that is named by the wrong one of {@code redis} and {@code rediss} from one that is
 * away: a Redis that is spoken to in TLS takes the hello for half a command and waits for the rest,
 * and one that requires TLS hangs up. So both are asked in the other way. No password is sent.
 */
public final class SchemeProbe {
  private static final long PATIENCE_MILLIS = 2_000;
  private static final Buffer PING = Buffer.buffer("PING\r\n");

  private SchemeProbe() {}

  /** True if the endpoint speaks TLS and is named without, or the other way round. */
  public static Future<Boolean> isOther(Vertx vertx, RedisOptions options) {
    StoreUrl place = RedisSettings.endpoint(options.getEndpoint());
    boolean namedWithTls = place.scheme().equals(RedisSettings.SECURE);
    NetClient client =
        vertx.createNetClient(
            new NetClientOptions()
                .setConnectTimeout((int) PATIENCE_MILLIS)
                .setSslHandshakeTimeout(PATIENCE_MILLIS)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setSsl(!namedWithTls)
                // Only whether there is TLS is looked at: nothing is told or taken.
                .setTrustAll(true)
                .setHostnameVerificationAlgorithm(""));
    return client
        .connect(place.port(), place.host())
        .compose(
            socket -> namedWithTls ? answersPlainly(vertx, socket) : Future.succeededFuture(true))
        .otherwise(false)
        .eventually(client::close);
  }

  /** Any answer counts, also one that asks for a password first. */
  private static Future<Boolean> answersPlainly(Vertx vertx, NetSocket socket) {
    Promise<Boolean> answered = Promise.promise();
    long timer = vertx.setTimer(PATIENCE_MILLIS, late -> answered.tryComplete(false));
    socket.closeHandler(closed -> answered.tryComplete(false));
    socket.handler(
        answer -> answered.tryComplete(answer.getByte(0) == '+' || answer.getByte(0) == '-'));
    return socket
        .write(PING)
        .compose(written -> answered.future())
        .onComplete(done -> vertx.cancelTimer(timer));
  }
}
