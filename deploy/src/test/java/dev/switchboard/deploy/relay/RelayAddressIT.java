package dev.switchboard.deploy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Coturn;
import dev.switchboard.deploy.testing.Shell;
import dev.switchboard.deploy.testing.Sites;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A relay seen from outside, on an address that is public. */
class RelayAddressIT {
  private static final String SECRET = "a-secret-of-product-and-relay-0123456789";

  @Test
  void checkFindsThatPeersAreToldAnAddressTheyCannotReach() {
    try (Sites sites = Sites.open();
        Coturn right = relay(sites, Sites.HUB);
        Coturn wrong = relay(sites, "10.9.9.9")) {
      assertThat(check(right))
          .isEqualTo(
              new Shell.Result(
                  0, right.url() + ": OK: relays as " + Sites.HUB + ", realm relay.test\n"));

      Shell.Result found = check(wrong);

      assertThat(found.output()).contains("relay address: peers are told 10.9.9.9");
      assertThat(found.exitCode()).isEqualTo(17);
    }
  }

  private static Coturn relay(Sites sites, String external) {
    return Coturn.start(
        Map.of(
            "TURN_STATIC_SECRET", SECRET,
            "TURN_LISTEN_IP", Sites.HUB,
            "TURN_EXTERNAL_IP", external),
        Coturn.Peers.AS_IN_PRODUCTION,
        sites.inHub());
  }

  private static Shell.Result check(Coturn relay) {
    return Shell.run(
        relay.settings(), List.of(Coturn.script("check"), "-e", "/dev/null", relay.url()));
  }
}
