package dev.switchboard.deploy;

import dev.switchboard.shared.config.BadSettingException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Looks whether addresses are ours and ports free before anything is started for them. */
final class PortCheck {
  private PortCheck() {}

  /** Throws {@link BadSettingException} for an address that can't be listened on. */
  static void check(ProcessSettings settings) {
    checkHost("HOST", settings.host());
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
    cluster.host().ifPresent(host -> checkHost("CLUSTER_HOST", host));
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

  private static void checkHost(String name, String host) {
    InetSocketAddress anyPort = new InetSocketAddress(host, 0);
    if (anyPort.isUnresolved()) {
      throw notOurs(name, host);
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(anyPort);
    } catch (IOException e) {
      throw notOurs(name, host);
    }
  }

  private static BadSettingException notOurs(String name, String host) {
    return new BadSettingException(name, "'" + host + "' is no address of this machine");
  }

  /** For a port of 0, which is none or any, there is nothing to look for. */
  private static void check(String name, String host, int port) {
    if (port == 0) {
      return;
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(host, port));
    } catch (IOException e) {
      throw new BadSettingException(
          name, "can't listen on " + host + ":" + port + ": " + e.getMessage());
    }
  }
}
