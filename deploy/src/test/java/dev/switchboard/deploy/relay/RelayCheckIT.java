package dev.switchboard.deploy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Coturn;
import dev.switchboard.deploy.testing.Shell;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Whether {@code turn/check} reads what the program reads, and sees what a relay would let through.
 * Each test has a relay of its own.
 */
class RelayCheckIT {
  private static final String OLD = "the-secret-until-now-0123456789abcdef";
  private static final String SECRET = "the-secret-from-now-on-0123456789abc";
  private static final String IPV6_RELAY = "relay-ip=::1\n";

  @Test
  void userAndPasswordOfAnEntryArePercentDecodedAsTheProgramDoes() {
    Map<String, String> user = Map.of("TURN_USERNAME", "us@er", "TURN_CREDENTIAL", "p:a%s,+x");
    try (Coturn relay = Coturn.start(user, Coturn.Peers.AS_IN_PRODUCTION)) {
      String host = relay.url().substring("turn:".length());
      Map<String, String> settings = Map.of("TURN_REALM", "relay.test");

      assertThat(check(settings, "turn:us%40er:p%3Aa%25s%2C+x@" + host))
          .isEqualTo(
              new Shell.Result(0, relay.url() + ": OK: relays as 127.0.0.1, realm relay.test\n"));
      assertThat(check(settings, "turn:us%40er:p%3Aa@" + host).exitCode()).isEqualTo(14);
      Shell.Result lone = check(settings, "turn:us%40er:p%zz@" + host);
      assertThat(lone.output()).contains("write it as %25").doesNotContain("p%zz");
      assertThat(lone.exitCode()).isEqualTo(2);
    }
  }

  @Test
  void blanksAndEmptyEntriesOfListsAreSkippedAsTheProgramDoes() {
    String secrets = " " + SECRET + " ,, " + OLD + ",";
    try (Coturn relay =
        Coturn.start(Map.of("TURN_STATIC_SECRET", secrets), Coturn.Peers.AS_IN_PRODUCTION)) {
      Map<String, String> settings = new HashMap<>(relay.settings());
      settings.put("TURN_SERVER_URL", "," + relay.url() + " ,, " + relay.secondUrl() + ",");

      Shell.Result checked = check(settings);

      assertThat(checked.output().lines())
          .satisfiesExactly(
              first -> assertThat(first).startsWith(relay.url() + ": OK"),
              second -> assertThat(second).startsWith(relay.secondUrl() + ": OK"));
      assertThat(checked.exitCode()).isZero();
    }
  }

  @Test
  void relayIsCheckedOverIpv6WhereItListensThere() {
    try (Coturn relay =
        Coturn.start(
            Map.of("TURN_STATIC_SECRET", SECRET),
            conf -> conf + IPV6_RELAY + "listening-ip=::1\n")) {
      String url = "turn:[::1]:" + relay.port();

      Shell.Result checked = check(relay.settings(), url, url + "?transport=tcp");

      assertThat(checked.output().lines())
          .hasSize(2)
          .allSatisfy(line -> assertThat(line).contains(": OK: relays as 127.0.0.1"));
      assertThat(checked.exitCode()).isZero();
    }
  }

  /** What lacks in the list of denied peers, and the peer that is found to be let through. */
  private static final Map<String, String> RANGES =
      Map.of(
          "denied-peer-ip=::ffff:", "::ffff:127.0.0.1",
          "denied-peer-ip=fc00::", "fc00::1",
          "denied-peer-ip=64:ff9b::", "64:ff9b::10.0.0.1",
          "denied-peer-ip=100.64.", "100.64.0.1",
          "denied-peer-ip=198.51.", "198.51.100.1");

  /** All at once: each waits for half a minute to see that nothing comes. */
  @Test
  void rangeThatIsNotDeniedIsFound() {
    Map<String, CompletableFuture<Shell.Result>> checks = new HashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      RANGES
          .keySet()
          .forEach(
              rule ->
                  checks.put(
                      rule, CompletableFuture.supplyAsync(() -> withoutRule(rule), threads)));
    }
    checks.forEach(
        (rule, check) -> {
          Shell.Result checked = check.join();
          assertThat(checked.output())
              .contains("denied peer: relays to " + RANGES.get(rule) + ": ");
          assertThat(checked.exitCode()).isEqualTo(16);
        });
  }

  private static Shell.Result withoutRule(String rule) {
    try (Coturn relay =
        Coturn.start(
            Map.of("TURN_STATIC_SECRET", SECRET), conf -> without(rule, conf) + IPV6_RELAY)) {
      return check(relay.settings(), relay.url());
    }
  }

  private static String without(String rule, String conf) {
    return conf.lines()
        .filter(line -> !line.startsWith(rule))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static Shell.Result check(Map<String, String> settings, String... arguments) {
    List<String> command = new ArrayList<>(List.of(Coturn.script("check"), "-e", "/dev/null"));
    command.addAll(List.of(arguments));
    return Shell.run(settings, command);
  }
}
