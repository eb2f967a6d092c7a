package dev.switchboard.deploy;

import dev.switchboard.shared.metrics.MetricNames;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.json.JsonObject;
import java.util.function.IntSupplier;

/** What this process says of itself to operators. Thread-safe. */
final class SelfReport {
  private final Members members;
  private final Health health;
  private final StoreProbe stores;
  private final MeterRegistry meters;
  private final IntSupplier port;
  private final long startedAt = System.currentTimeMillis();

  /**
   * @param port that the edges listen on
   */
  SelfReport(
      Members members, Health health, StoreProbe stores, MeterRegistry meters, IntSupplier port) {
    this.members = members;
    this.health = health;
    this.stores = stores;
    this.meters = meters;
    this.port = port;
  }

  /** One of now. */
  JsonObject make() {
    return new JsonObject()
        .put("member", members.own())
        .put("host", HostName.read())
        .put("port", port.getAsInt())
        .put("pid", ProcessHandle.current().pid())
        .put("version", ManagementRoutes.VERSION)
        .put("state", health.state())
        .put("startedAt", startedAt)
        .put("sockets", sockets())
        .put("redis", stores.redisUp())
        .put("chatRedis", stores.chatRedisUp())
        .put("postgres", stores.postgresUp());
  }

  /** Of every transport. */
  private long sockets() {
    return (long)
        meters.find(MetricNames.SOCKETS).gauges().stream().mapToDouble(Gauge::value).sum();
  }
}
