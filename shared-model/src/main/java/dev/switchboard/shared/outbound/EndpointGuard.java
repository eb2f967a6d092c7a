package dev.switchboard.shared.outbound;

import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.schedule.TimeLimit;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps others' words from making us talk to our own network (SSRF). A name is looked up, every
 * address of it has to be out on the internet, and the caller connects to an address from here and
 * to no other. Belongs to one event loop.
 */
public final class EndpointGuard {
  private static final long LOOK_UP_MILLIS = 1_500;
  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int MOST_KEPT = 4_096;

  /** Names that no resolver may find (RFC 6761 section 6.4, RFC 7686, RFC 9476). */
  private static final List<String> NOBODYS_NAMES = List.of("invalid", "onion", "alt");

  /** Names that are nobody's on the internet (RFC 6761 sections 6.2 and 6.5). */
  private static final List<String> NAMES_FOR_TESTS = List.of("test", "example");

  private static final List<String> INTERNAL_NAMES =
      List.of("localhost", "local", "internal", "intranet", "lan", "home", "home.arpa", "corp");

  /** Looks names up; blocks. */
  public interface Resolver {
    /**
     * All addresses of a name. Throws {@link NoSuchHostException} if it certainly does not exist.
     */
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  /** A name that does not exist, and not one that can't be looked up just now. */
  public static final class NoSuchHostException extends UnknownHostException {
    private static final long serialVersionUID = 1L;

    public NoSuchHostException() {
      super("no such host");
    }
  }

  /** An endpoint that leads where it must not. */
  public static final class ForbiddenEndpointException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ForbiddenEndpointException(String problem) {
      super(problem, null, false, false);
    }
  }

  private final Vertx vertx;
  private final EndpointRules rules;
  private final Resolver resolver;
  private final LongSupplier nanoTime;
  private final Map<String, Found> known =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Found> eldest) {
          return size() > MOST_KEPT;
        }
      };

  private record Found(List<InetAddress> addresses, long at) {}

  /** One whose names are looked up by {@code resolver}, and whose time is {@code nanoTime}. */
  public EndpointGuard(Vertx vertx, EndpointRules rules, Resolver resolver, LongSupplier nanoTime) {
    this.vertx = vertx;
    this.rules = rules;
    this.resolver = resolver;
    this.nanoTime = nanoTime;
  }

  /** One that looks names up as this machine does. */
  public EndpointGuard(Vertx vertx, EndpointRules rules) {
    this(vertx, rules, HostNames.of(vertx), System::nanoTime);
  }

  /**
   * Whether an endpoint may be subscribed; fails with {@link BadFieldException} if not. A name that
   * our resolver does not know passes, since the fault may be the resolver's: it is looked up again
   * when it is sent to.
   */
  public Future<Void> admit(Endpoint endpoint) {
    if (endsIn(endpoint.host(), NOBODYS_NAMES)) {
      return Future.failedFuture(
          new BadFieldException("endpoint", "must be at a host that can exist"));
    }
    return addresses(endpoint)
        .transform(
            found ->
                found.cause() instanceof ForbiddenEndpointException forbidden
                    ? Future.failedFuture(
                        new BadFieldException("endpoint", String.valueOf(forbidden.getMessage())))
                    : Future.succeededFuture());
  }

  /**
   * The addresses to connect to. Fails with {@link ForbiddenEndpointException} if one of them is
   * internal, with {@link NoSuchHostException} if there is no such host, and otherwise where the
   * name can't be looked up.
   */
  public Future<List<InetAddress>> addresses(Endpoint endpoint) {
    String problem = problemOfName(endpoint);
    if (problem != null) {
      return Future.failedFuture(new ForbiddenEndpointException(problem));
    }
    if (isNobodysName(endpoint.host())) {
      return Future.failedFuture(new NoSuchHostException());
    }
    return lookUp(endpoint.host()).map(this::checked);
  }

  /**
   * Connects to one of the {@link #addresses}: to the next where one can't be reached. The one that
   * could is tried first as long as they are known.
   *
   * @param connector connects to an address, or fails with a {@link SocketException}
   */
  public <T> Future<T> connect(Endpoint endpoint, Function<InetAddress, Future<T>> connector) {
    return addresses(endpoint)
        .compose(found -> connect(endpoint.host(), found.iterator(), connector));
  }

  private <T> Future<T> connect(
      String host, Iterator<InetAddress> left, Function<InetAddress, Future<T>> connector) {
    InetAddress address = left.next();
    return connector
        .apply(address)
        .onSuccess(connected -> prefer(host, address))
        .recover(
            failure ->
                failure instanceof SocketException && left.hasNext()
                    ? connect(host, left, connector)
                    : Future.failedFuture(failure));
  }

  private void prefer(String host, InetAddress reached) {
    known.computeIfPresent(
        host,
        (name, found) -> {
          if (found.addresses.getFirst().equals(reached)) {
            return found;
          }
          List<InetAddress> ordered = new ArrayList<>(found.addresses);
          if (ordered.remove(reached)) {
            ordered.addFirst(reached);
          }
          return new Found(ordered, found.at);
        });
  }

  private @Nullable String problemOfName(Endpoint endpoint) {
    String host = endpoint.host();
    if (!endpoint.tls() && !rules.allowHttp()) {
      return "must be an https URL";
    }
    if (!rules.allowsHost().test(host)) {
      return rules.otherHost();
    }
    return !rules.allowPrivate() && isInternalName(host)
        ? "must not lead to an internal address"
        : null;
  }

  private boolean isNobodysName(String host) {
    return endsIn(host, NOBODYS_NAMES) || (!rules.allowPrivate() && endsIn(host, NAMES_FOR_TESTS));
  }

  /** True for one of some names, and for what is under one. */
  static boolean endsIn(String host, List<String> names) {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    return names.stream().anyMatch(end -> name.equals(end) || name.endsWith("." + end));
  }

  private static boolean isInternalName(String host) {
    boolean literal = host.indexOf(':') >= 0;
    return (!literal && host.replaceFirst("\\.$", "").indexOf('.') < 0)
        || endsIn(host, INTERNAL_NAMES);
  }

  private List<InetAddress> checked(List<InetAddress> addresses) {
    if (!rules.allowPrivate() && addresses.stream().anyMatch(InternalAddresses::contain)) {
      throw new ForbiddenEndpointException("must not lead to an internal address");
    }
    return addresses;
  }

  private Future<List<InetAddress>> lookUp(String host) {
    Found found = known.get(host);
    if (found != null && nanoTime.getAsLong() - found.at < KEPT_NANOS) {
      return Future.succeededFuture(found.addresses);
    }
    Promise<List<InetAddress>> promise = Promise.promise();
    var context = vertx.getOrCreateContext();
    Thread.ofVirtual()
        .name("look-up")
        .start(
            () -> {
              try {
                List<InetAddress> addresses = Arrays.asList(resolver.resolve(host));
                context.runOnContext(v -> promise.tryComplete(addresses));
              } catch (UnknownHostException | RuntimeException e) {
                context.runOnContext(v -> promise.tryFail(e));
              }
            });
    return TimeLimit.of(vertx, LOOK_UP_MILLIS, promise.future())
        .onSuccess(addresses -> known.put(host, new Found(addresses, nanoTime.getAsLong())));
  }
}
