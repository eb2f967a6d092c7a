package dev.switchboard.deploy;

import com.hazelcast.config.TcpIpConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members to look for. While this process joins, an address is left out that takes connections
 * and does not answer as a member does, such as that of a process that hangs: as long as no other
 * runs, the library waits for the consent of that one, until the start has failed. Asked by the
 * threads that look for members, which may block: while joining, and every few seconds after it for
 * clusters to merge with.
 */
final class AnsweringMembers extends TcpIpConfig {
  private static final int CONNECT_MILLIS = 1_000;

  /** A member that runs may stand still for a while. */
  private static final int ANSWER_MILLIS = 5_000;

  /** What both ends of a connection between members begin with. */
  private static final byte[] GREETING = "HZC".getBytes(StandardCharsets.US_ASCII);

  private static final Logger log = LoggerFactory.getLogger(AnsweringMembers.class);

  private final Supplier<List<String>> named;
  private final int port;
  private final int ports;
  private final Set<String> silent = ConcurrentHashMap.newKeySet();
  private volatile boolean joined;

  /**
   * The members of these addresses.
   *
   * @param named host, or host and port
   * @param port of those that name none
   * @param ports how many one of those may have, counted up from there
   */
  AnsweringMembers(Supplier<List<String>> named, int port, int ports) {
    this.named = named;
    this.port = port;
    this.ports = ports;
  }

  /** From now on none is left out: a process that hangs may come to itself, and is merged then. */
  void joined() {
    joined = true;
  }

  @Override
  public List<String> getMembers() {
    return joined ? named.get() : answering();
  }

  private List<String> answering() {
    List<String> all = named.get().stream().flatMap(this::withPorts).distinct().toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      all.stream()
          .filter(member -> !silent.contains(member))
          .forEach(member -> threads.execute(() -> probe(member)));
    }
    return all.stream().filter(member -> !silent.contains(member)).toList();
  }

  private Stream<String> withPorts(String member) {
    return member.matches(".*:\\d+")
        ? Stream.of(member)
        : IntStream.range(port, port + ports).mapToObj(one -> member + ":" + one);
  }

  /** One that cannot be reached is no obstacle: the library gives it up by itself. */
  private void probe(String member) {
    int colon = member.lastIndexOf(':');
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(
              member.substring(0, colon), Integer.parseInt(member.substring(colon + 1))),
          CONNECT_MILLIS);
      if (!greets(socket)) {
        silent.add(member);
        log.warn(
            "at {} something takes connections and does not answer as a member of the cluster does:"
                + " this process starts without it",
            member);
      }
    } catch (IOException e) {
      log.debug("no member at {}", member, e);
    }
  }

  private static boolean greets(Socket socket) {
    try {
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write(GREETING);
      return Arrays.equals(socket.getInputStream().readNBytes(GREETING.length), GREETING);
    } catch (IOException e) {
      return false;
    }
  }
}
