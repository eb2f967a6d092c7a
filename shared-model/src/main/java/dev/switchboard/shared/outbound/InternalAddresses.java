package dev.switchboard.shared.outbound;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Which addresses do not lead out to the internet (the registries of special-purpose addresses, RFC
 * 6890): a word from outside must not make us talk to one.
 */
final class InternalAddresses {
  private static final List<Block> INTERNAL_4 =
      blocks(
          "0.0.0.0/8", // this network
          "10.0.0.0/8",
          "100.64.0.0/10", // carriers' NAT
          "127.0.0.0/8",
          "169.254.0.0/16", // link-local, and where clouds serve their secrets
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24", // documentation
          "192.88.99.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15", // benchmarks
          "198.51.100.0/24", // documentation
          "203.0.113.0/24", // documentation
          "224.0.0.0/3"); // multicast and reserved

  /** What is global in IPv6; everything outside is not. */
  private static final Block GLOBAL_6 = Block.of("2000::/3");

  private static final List<Block> INTERNAL_6 =
      blocks(
          "2001::/23", // Teredo and other protocols
          "2001:db8::/32", // documentation
          "3fff::/20"); // documentation

  private static final Block SIX_TO_FOUR = Block.of("2002::/16");
  private static final Block NAT64 = Block.of("64:ff9b::/96");
  private static final int ISATAP = 0x5efe;

  /** One entry of a registry. */
  private record Block(IpSubnetFilterRule rule) {
    static Block of(String text) {
      int slash = text.indexOf('/');
      InetAddress base = InetAddress.ofLiteral(text.substring(0, slash));
      int bits = Integer.parseInt(text.substring(slash + 1));
      return new Block(new IpSubnetFilterRule(base, bits, IpFilterRuleType.REJECT));
    }

    boolean contains(InetAddress address) {
      return rule.matches(new InetSocketAddress(address, 0));
    }
  }

  private InternalAddresses() {}

  private static List<Block> blocks(String... texts) {
    return Arrays.stream(texts).map(Block::of).toList();
  }

  /** True for an address that is not out on the internet, or that hides one which is not. */
  static boolean contain(InetAddress address) {
    if (address instanceof Inet4Address) {
      return INTERNAL_4.stream().anyMatch(block -> block.contains(address));
    }
    byte[] bytes = address.getAddress();
    if (NAT64.contains(address)) {
      return hidesInternal(bytes, 12);
    }
    if (!GLOBAL_6.contains(address) || INTERNAL_6.stream().anyMatch(b -> b.contains(address))) {
      return true;
    }
    boolean isatap = (bytes[8] & 0xfd) == 0 && bytes[9] == 0 && ISATAP == word(bytes, 10);
    return (SIX_TO_FOUR.contains(address) && hidesInternal(bytes, 2))
        || (isatap && hidesInternal(bytes, 12));
  }

  private static int word(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }

  private static boolean hidesInternal(byte[] bytes, int at) {
    try {
      return contain(InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + 4)));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
