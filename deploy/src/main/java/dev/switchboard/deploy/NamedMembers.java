package dev.switchboard.deploy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members that a DNS name stands for: every address that it has at the moment, where Hazelcast
 * takes only the first of a name in a list of members. Hazelcast's own look-up by DNS finds nobody
 * unless every join is made to wait a second. Asked by the threads that look for members, which may
 * block: while joining, and every few seconds after it for clusters to merge with.
 */
final class NamedMembers implements Supplier<List<String>> {
  private static final Logger log = LoggerFactory.getLogger(NamedMembers.class);

  private final String name;
  private final int port;
  private volatile boolean missing;

  NamedMembers(String name, int port) {
    this.name = name;
    this.port = port;
  }

  @Override
  public List<String> get() {
    try {
      List<String> members =
          Arrays.stream(InetAddress.getAllByName(name)).map(this::member).distinct().toList();
      missing = false;
      return members;
    } catch (UnknownHostException e) {
      if (!missing) {
        log.warn("CLUSTER_DNS: nobody is found by the name {} yet", name);
      }
      missing = true;
      return List.of();
    }
  }

  private String member(InetAddress address) {
    String text = address.getHostAddress();
    return address instanceof Inet6Address ? "[" + text + "]:" + port : text + ":" + port;
  }
}
