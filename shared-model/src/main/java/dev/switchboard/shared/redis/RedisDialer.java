package dev.switchboard.shared.redis;

import dev.switchboard.shared.config.StoreUrl;
import dev.switchboard.shared.tls.ServerTrust;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.net.InetAddress;
import java.util.List;

/**
 * Opens connections to where options say. It asks the sentinels itself, and looks up the names that
 * the client's URLs can't have, those with an underscore: each time, since they move.
 */
final class RedisDialer {
  private static final String UNFIT_FOR_URLS = "_";

  private final Vertx vertx;
  private final RedisOptions options;
  private int preferred;

  RedisDialer(Vertx vertx, RedisOptions options) {
    this.vertx = vertx;
    this.options = options;
  }

  /** A connection, and the client that has it: to close the client ends both. */
  record Line(Redis client, RedisConnection connection) {
    Future<Void> hangUp() {
      // Closing the connection alone would put it back into the client's pool, hung as it may be.
      return client.close();
    }
  }

  /** Connects; fails with what the client failed with. */
  Future<Line> dial() {
    List<String> endpoints = options.getEndpoints();
    return options.getType() == RedisClientType.SENTINEL
        ? throughSentinels(endpoints, endpoints.size())
        : open(options.getEndpoint());
  }

  /** Asks one after the other; the next time it begins with the one that answered. */
  private Future<Line> throughSentinels(List<String> sentinels, int left) {
    String sentinel = sentinels.get(preferred % sentinels.size());
    return primaryBy(sentinel)
        .transform(
            primary -> {
              if (primary.succeeded()) {
                return open(primary.result());
              }
              preferred++;
              return left > 1
                  ? throughSentinels(sentinels, left - 1)
                  : Future.failedFuture(primary.cause());
            });
  }

  /** Where the primary is by a sentinel's answer, as an endpoint of the same scheme. */
  private Future<String> primaryBy(String sentinel) {
    Request question =
        Request.cmd(Command.SENTINEL).arg("GET-MASTER-ADDR-BY-NAME").arg(options.getMasterName());
    return open(sentinel)
        .compose(line -> line.connection().send(question).eventually(line::hangUp))
        .compose(
            answer ->
                answer == null || answer.size() < 2
                    ? Future.failedFuture(new UnknownMasterException(options.getMasterName()))
                    : Future.succeededFuture(
                        RedisSettings.endpoint(sentinel)
                            .at(answer.get(0).toString(), answer.get(1).toInteger())
                            .toString()));
  }

  private Future<Line> open(String endpoint) {
    StoreUrl url = RedisSettings.endpoint(endpoint);
    if (!url.host().contains(UNFIT_FOR_URLS)) {
      return connect(endpoint, options.getNetClientOptions());
    }
    return vertx
        .executeBlocking(() -> InetAddress.getByName(url.host()).getHostAddress(), false)
        .compose(address -> connect(url.at(address, url.port()).toString(), named(url.host())));
  }

  /** The address has no name that the client could look for in a certificate. */
  private NetClientOptions named(String host) {
    NetClientOptions net = new NetClientOptions(options.getNetClientOptions());
    TrustOptions trust = net.getTrustOptions();
    return trust == null
        ? net
        : net.setTrustOptions(ServerTrust.named(vertx, trust, host))
            .setHostnameVerificationAlgorithm("");
  }

  private Future<Line> connect(String endpoint, NetClientOptions net) {
    RedisOptions one =
        new RedisOptions(options)
            .setType(RedisClientType.STANDALONE)
            .setEndpoints(List.of(endpoint))
            .setNetClientOptions(net);
    Redis client = Redis.createClient(vertx, one);
    return client
        .connect()
        .map(connection -> new Line(client, connection))
        .recover(failure -> client.close().transform(closed -> Future.<Line>failedFuture(failure)));
  }
}
