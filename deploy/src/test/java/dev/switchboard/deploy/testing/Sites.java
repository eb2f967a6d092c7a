package dev.switchboard.deploy.testing;

import static dev.switchboard.deploy.testing.Shell.succeed;

import dev.switchboard.shared.testing.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Three places on a small internet of network namespaces: each reaches the hub between them and, by
 * way of it, this machine; whether they reach each other is up to the test. Needs root. The
 * addresses are public ones, so that a relay in the hub may relay as in production.
 */
public final class Sites implements AutoCloseable {
  /** Networks of its own for each of the test processes that run beside each other. */
  private static final String NETWORK = "11." + (202 + Integer.getInteger("test.fork", 1));

  /** This machine, as the sites see it. */
  public static final String HERE = NETWORK + ".9.1";

  /** The hub, where a relay may listen. */
  public static final String HUB = NETWORK + ".9.2";

  private static final Pattern NAMES = Pattern.compile("sb([0-9]+)(a|b|c|hub)");
  private static final List<String> SITES = List.of("a", "b", "c");

  private final String prefix = "sb" + ProcessHandle.current().pid();
  private final Path folder = TemporaryFolder.create("sites-");

  private Sites() {}

  /** Makes them; they do not reach each other yet. */
  public static Sites open() {
    Sites sites = new Sites();
    try {
      sites.build();
    } catch (RuntimeException e) {
      sites.close();
      throw new IllegalStateException("no network namespaces (is this root?)", e);
    }
    return sites;
  }

  /** The words before a program that make it run in the hub. */
  public List<String> inHub() {
    return List.of("ip", "netns", "exec", hub());
  }

  /** The words before a program that make it run at a site. */
  public List<String> at(String site) {
    return List.of("ip", "netns", "exec", name(site));
  }

  /** The address of a site. */
  public static String address(String site) {
    return net(site) + ".2";
  }

  /** A program that runs another one at a site, for who can only be told of a program. */
  public Path launcher(String site, String program) {
    Path script = folder.resolve(site + "-" + Path.of(program).getFileName());
    try {
      Files.writeString(
          script, "#!/bin/sh\nexec ip netns exec " + name(site) + " " + program + " \"$@\"\n");
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return script;
  }

  /** Opens or closes the ways between all sites. */
  public void reachEachOther(boolean open) {
    reach("", open);
  }

  /** Opens or closes the way that what one site sends takes to another. */
  public void pass(String from, String to, boolean open) {
    pass(from, to, "", open);
  }

  /** Opens or closes the ways between all sites to one TCP port. */
  public void reachPort(int port, boolean open) {
    reach(" ipproto tcp dport " + port, open);
  }

  private void reach(String what, boolean open) {
    for (String from : SITES) {
      SITES.stream().filter(to -> !to.equals(from)).forEach(to -> pass(from, to, what, open));
    }
  }

  private void pass(String from, String to, String what, boolean open) {
    String change = open ? "del" : "add";
    String way = " iif " + link(from) + " to " + net(to) + ".0/24";
    ipIn(hub(), "rule " + change + way + what + " blackhole");
  }

  private void build() {
    clearAway();
    addNetwork(hub());
    succeed("ip", "netns", "exec", hub(), "sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
    ip("link add " + prefix + " type veth peer name outside netns " + hub());
    ip("addr add " + HERE + "/24 dev " + prefix);
    ip("link set " + prefix + " up");
    joinAs(hub(), "outside", HUB);
    ip("route add " + NETWORK + ".0.0/21 via " + HUB);
    for (String site : SITES) {
      build(site);
    }
    reachEachOther(false);
  }

  private void build(String site) {
    String gateway = net(site) + ".1";
    addNetwork(name(site));
    ipIn(hub(), "link add " + link(site) + " type veth peer name eth0 netns " + name(site));
    joinAs(hub(), link(site), gateway);
    joinAs(name(site), "eth0", address(site));
    ipIn(name(site), "route add default via " + gateway);
  }

  /** Those of processes that were killed, whose routes are the same as ours. */
  private static void clearAway() {
    succeed("ip", "netns", "list")
        .lines()
        .map(line -> line.split(" ", 2)[0])
        .filter(Sites::isLeftBehind)
        .forEach(name -> ip("netns del " + name));
  }

  private static boolean isLeftBehind(String name) {
    Matcher ours = NAMES.matcher(name);
    return ours.matches() && ProcessHandle.of(Long.parseLong(ours.group(1))).isEmpty();
  }

  private static void addNetwork(String name) {
    ip("netns add " + name);
    ipIn(name, "link set lo up");
  }

  /** Gives the end of a link that lies in a network its address there. */
  private static void joinAs(String network, String link, String address) {
    ipIn(network, "addr add " + address + "/24 dev " + link);
    ipIn(network, "link set " + link + " up");
  }

  private static void ipIn(String network, String words) {
    ip("-n " + network + " " + words);
  }

  private static void ip(String words) {
    succeed(("ip " + words).split(" "));
  }

  private String hub() {
    return prefix + "hub";
  }

  private String name(String site) {
    return prefix + site;
  }

  private static String link(String site) {
    return "to-" + site;
  }

  private static String net(String site) {
    return NETWORK + "." + (SITES.indexOf(site) + 1);
  }

  @Override
  public void close() {
    // The links go with their namespaces, and the route with its link.
    for (String name : List.of(name("a"), name("b"), name("c"), hub())) {
      Shell.run(Map.of(), List.of("ip", "netns", "del", name));
    }
    Shell.run(Map.of(), List.of("ip", "link", "del", prefix));
    TemporaryFolder.delete(folder);
  }
}
