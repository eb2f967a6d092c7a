package dev.switchboard.shared.outbound;

import io.vertx.core.Vertx;
import io.vertx.core.dns.DnsClient;
import io.vertx.core.dns.DnsClientOptions;
import io.vertx.core.dns.DnsException;
import io.vertx.core.dns.DnsResponseCode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Looks names up as this machine does, and distinguishes one that does not exist from one that
 * can't be looked up just now, which the JDK's exception does not: only a name server's own
 * NXDOMAIN counts.
 */
final class HostNames implements EndpointGuard.Resolver {
  private static final long QUERY_MILLIS = 700;

  /** The services of the browsers' makers: a name server that does not know them is at fault. */
  private static final List<String> ALWAYS_THERE =
      List.of("googleapis.com", "google.com", "mozilla.com", "apple.com", "windows.com");

  private final Supplier<DnsClient> dns;

  HostNames(Supplier<DnsClient> dns) {
    this.dns = dns;
  }

  /** By the name servers of this machine. */
  static HostNames of(Vertx vertx) {
    DnsClientOptions options = new DnsClientOptions().setQueryTimeout(QUERY_MILLIS);
    // made when it is needed, which is seldom: a machine may have no name servers
    return new HostNames(() -> vertx.createDnsClient(options));
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    try {
      return InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      if (!EndpointGuard.endsIn(host, ALWAYS_THERE) && isMissing(host)) {
        throw new EndpointGuard.NoSuchHostException();
      }
      throw e;
    }
  }

  private boolean isMissing(String host) {
    DnsClient asked = dns.get();
    try {
      asked
          .resolveA(host)
          .toCompletionStage()
          .toCompletableFuture()
          .get(QUERY_MILLIS, TimeUnit.MILLISECONDS);
      return false;
    } catch (ExecutionException e) {
      return e.getCause() instanceof DnsException refusal
          && refusal.code() == DnsResponseCode.NXDOMAIN;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      asked.close();
    }
  }
}
