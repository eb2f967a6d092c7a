package dev.switchboard.deploy;

import dev.switchboard.shared.config.BadSettingException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Looks whether the ports are free before anything is started for them. */
final class PortCheck {
  private PortCheck() {}

  /** Throws {@link BadSettingException} for an address that can't be listened on. */
  static void check(ProcessSettings settings) {
    check("PORT", settings.host(), settings.port());
    if (settings.metricsPort() != 0 && settings.metricsPort() == settings.port()) {
      throw new BadSettingException("METRICS_PORT", "is PORT itself: give it another, or 0");
    }
    check("METRICS_PORT", settings.host(), settings.metricsPort());
    if (settings.cluster().on()) {
      check(settings.cluster());
    }
  }

  private static void check(ProcessSettings.Cluster cluster) {
    if (!cluster.isAlonePerAddress()) {
      return;
    }
    if (cluster.busPort() == cluster.port()) {
      throw new BadSettingException("CLUSTER_BUS_PORT", "is CLUSTER_PORT itself: give it another");
    }
    String host = cluster.host().orElse("0.0.0.0");
    check("CLUSTER_PORT", host, cluster.port());
    check("CLUSTER_BUS_PORT", host, cluster.busPort());
  }

  private static void check(String name, String host, int port) {
    if (port == 0) {
      return;
    }
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new BadSettingException(
          name.startsWith("CLUSTER") ? "CLUSTER_HOST" : "HOST",
          "'" + host + "' is no address of this machine");
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(address);
    } catch (IOException e) {
      throw new BadSettingException(
          name, "can't listen on " + host + ":" + port + ": " + e.getMessage());
    }
  }
}
