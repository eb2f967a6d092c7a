package dev.switchboard.shared.http;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** The proxies whose {@code X-Forwarded-…} headers are believed ({@code TRUSTED_PROXIES}). */
final class TrustedProxies {
  private static final String SETTING = "TRUSTED_PROXIES";
  private static final int IPV6_BYTES = 16;

  private final List<IpSubnetFilterRule> ranges;

  private TrustedProxies(List<IpSubnetFilterRule> ranges) {
    this.ranges = ranges;
  }

  static TrustedProxies from(Settings settings) {
    return new TrustedProxies(
        settings.list(SETTING, List.of()).stream().map(TrustedProxies::range).toList());
  }

  /** The address a request comes from: the last one in the chain that is no proxy of ours. */
  String client(String peer, Optional<String> forwardedFor) {
    if (ranges.isEmpty() || !trusts(peer) || forwardedFor.isEmpty()) {
      return peer;
    }
    String client = peer;
    for (String hop : Settings.split(forwardedFor.get()).reversed()) {
      Optional<String> address = literal(withoutPort(hop)).map(InetAddress::getHostAddress);
      if (address.isEmpty()) {
        return client;
      }
      client = address.get();
      if (!trusts(client)) {
        return client;
      }
    }
    return client;
  }

  /** What an address counts as: one of IPv6 as its network of 64 bits, any other as itself. */
  static String counted(String address) {
    byte[] bytes = literal(address).map(InetAddress::getAddress).orElse(new byte[0]);
    if (bytes.length != IPV6_BYTES) {
      return address;
    }
    StringBuilder network = new StringBuilder(24);
    for (int i = 0; i < IPV6_BYTES / 2; i += 2) {
      network.append(Integer.toHexString((bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff)));
      network.append(':');
    }
    return network.append(":/64").toString();
  }

  /** True for the address of one of them. */
  boolean trusts(String address) {
    return literal(address)
        .map(literal -> new InetSocketAddress(literal, 0))
        .map(peer -> ranges.stream().anyMatch(range -> range.matches(peer)))
        .orElse(false);
  }

  private static String withoutPort(String hop) {
    if (hop.startsWith("[")) {
      int end = hop.indexOf(']');
      return end < 0 ? hop : hop.substring(1, end);
    }
    int colon = hop.indexOf(':');
    return colon >= 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
  }

  /** An address without asking DNS. */
  private static Optional<InetAddress> literal(String text) {
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static IpSubnetFilterRule range(String text) {
    int slash = text.indexOf('/');
    Optional<InetAddress> base = literal(slash < 0 ? text : text.substring(0, slash));
    try {
      if (base.isPresent()) {
        int all = base.get() instanceof Inet4Address ? 32 : 128;
        int bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
        if (bits >= 0 && bits <= all) {
          return new IpSubnetFilterRule(base.get(), bits, IpFilterRuleType.ACCEPT);
        }
      }
    } catch (NumberFormatException e) {
      // told below, with the value
    }
    throw new BadSettingException(
        SETTING, "'" + text + "' is neither an address nor a range such as 10.0.0.0/8");
  }
}
