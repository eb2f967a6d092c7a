package dev.switchboard.ice.relay;

/**
 * One TURN server as it can be reached.
 *
 * @param url as clients get it (RFC 7065); holds no credentials
 * @param host a name or an address; an IPv6 address without its brackets
 */
public record Relay(String url, Transport transport, String host, int port) {
  /** What carries the STUN messages (RFC 8489 section 6.2). */
  public enum Transport {
    UDP,
    TCP,
    TLS
  }

  /** True for an IPv6 literal, which no IPv4 socket reaches. */
  boolean isIpv6Literal() {
    return host.indexOf(':') >= 0;
  }
}
