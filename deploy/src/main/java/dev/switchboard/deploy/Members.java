package dev.switchboard.deploy;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Who is in the cluster, as far as its members know. Thread-safe. */
final class Members {
  private final Optional<HazelcastInstance> cluster;

  /**
   * @param cluster empty for a process that is alone
   */
  Members(Optional<HazelcastInstance> cluster) {
    this.cluster = cluster;
  }

  /** How many processes there are, this one included. */
  int count() {
    return Math.max(1, addresses().size());
  }

  /** The address of each member by its name; empty for a process that is alone or leaves. */
  Map<String, String> addresses() {
    try {
      return cluster
          .map(
              joined ->
                  joined.getCluster().getMembers().stream()
                      .collect(Collectors.toUnmodifiableMap(Members::name, Members::address)))
          .orElse(Map.of());
    } catch (HazelcastInstanceNotActiveException leaving) {
      return Map.of();
    }
  }

  /** The name of this process among them; empty for a process that is alone or leaves. */
  String own() {
    try {
      return cluster.map(joined -> name(joined.getCluster().getLocalMember())).orElse("");
    } catch (HazelcastInstanceNotActiveException leaving) {
      return "";
    }
  }

  private static String name(Member member) {
    return member.getUuid().toString();
  }

  private static String address(Member member) {
    return member.getAddress().getHost() + ":" + member.getAddress().getPort();
  }
}
