package dev.switchboard.deploy;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.core.HazelcastInstance;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.spi.VertxTracerFactory;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Vert.x, alone or as a member of a cluster.
 *
 * @param cluster the membership, empty for a process that is alone
 */
record VertxStart(Vertx vertx, Optional<HazelcastInstance> cluster) {
  private static final long CLUSTER_PING_MILLIS = 2_000;

  /** Where several processes share an address, the library looks for others at so many ports. */
  private static final int PORTS_OF_AN_ADDRESS = 3;

  static Future<VertxStart> start(
      ProcessSettings settings, String redisIdentity, Optional<VertxTracerFactory> tracer) {
    VertxOptions options =
        new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(loops(settings));
    VertxBuilder builder = Vertx.builder().with(options);
    tracer.ifPresent(builder::withTracer);
    ProcessSettings.Cluster cluster = settings.cluster();
    if (!cluster.on()) {
      return Future.succeededFuture(new VertxStart(builder.build(), Optional.empty()));
    }
    SteadyClock.install();
    AnsweringMembers members = members(cluster);
    HazelcastClusterManager manager =
        new HazelcastClusterManager(config(cluster, members, redisIdentity));
    EventBusOptions bus =
        new EventBusOptions()
            .setClusterPingInterval(CLUSTER_PING_MILLIS)
            .setPort(cluster.busPort());
    cluster.host().ifPresent(bus::setHost);
    return builder
        .with(options.setEventBusOptions(bus))
        .withClusterManager(manager)
        .buildClustered()
        .onSuccess(vertx -> members.joined())
        .map(vertx -> new VertxStart(vertx, Optional.of(manager.getHazelcastInstance())));
  }

  /** As many as there are edges, and one besides for what runs once in a process. */
  private static int loops(ProcessSettings settings) {
    return settings.edges() + 1;
  }

  /** By name only: neither the Kubernetes API nor rights for it are needed. */
  private static AnsweringMembers members(ProcessSettings.Cluster cluster) {
    Supplier<List<String>> named =
        cluster
            .dns()
            .<Supplier<List<String>>>map(name -> new NamedMembers(name, cluster.port()))
            .orElse(cluster::members);
    return new AnsweringMembers(
        named, cluster.port(), cluster.isAlonePerAddress() ? 1 : PORTS_OF_AN_ADDRESS);
  }

  private static Config config(
      ProcessSettings.Cluster cluster, AnsweringMembers members, String redisIdentity) {
    Config config = new Config();
    // Processes on different Redis servers share nothing, so they must not meet on the bus.
    config.setClusterName(cluster.name() + "@" + redisIdentity);
    config
        .setProperty("hazelcast.logging.type", "slf4j")
        .setProperty("hazelcast.phone.home.enabled", "false")
        .setProperty("hazelcast.shutdownhook.enabled", "false")
        .setProperty("hazelcast.wait.seconds.before.join", "0")
        .setProperty("hazelcast.max.no.heartbeat.seconds", "5")
        .setProperty("hazelcast.heartbeat.interval.seconds", "1")
        .setProperty("hazelcast.socket.bind.any", "false")
        // An address whose machine is gone answers nothing, and would hold a join up for minutes.
        .setProperty("hazelcast.socket.connect.timeout.seconds", "1")
        // A node that was paused or cut off joins again in seconds; the default is five minutes.
        .setProperty("hazelcast.merge.first.run.delay.seconds", "5")
        .setProperty("hazelcast.merge.next.run.delay.seconds", "5")
        // A look for others waits 5 s at each address of one that was here and is gone: four hours
        // of those, which is the default, would hold up a merge for minutes after a roll-out.
        .setProperty(
            "hazelcast.tcp.join.previously.joined.member.address.retention.seconds", "300");
    config.getNetworkConfig().setPort(cluster.port());
    if (cluster.isAlonePerAddress()) {
      config.getNetworkConfig().setPortAutoIncrement(false);
      // It would try the two ports above as well. Where a connection is taken by something else,
      // such as the bus, one of its I/O threads spins for ever and no merge gets through.
      config.setProperty("hazelcast.tcp.join.port.try.count", "1");
    }
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    // How long those that start at once look for one that was there before: five seconds by
    // default.
    join.setTcpIpConfig(members.setEnabled(true).setConnectionTimeoutSeconds(2));
    cluster.host().ifPresent(host -> config.setProperty("hazelcast.local.localAddress", host));
    // Nobody reads its own metrics, and gathering them delays the start.
    config.getMetricsConfig().setEnabled(false);
    // What the library would otherwise read from XML of its own.
    config.addMultiMapConfig(
        new MultiMapConfig("__vertx.subs")
            .setBackupCount(1)
            .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
    config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1));
    config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(1));
    return config;
  }

  /** Leaves the cluster and closes Vert.x. */
  Future<Void> close() {
    return vertx.close();
  }
}
